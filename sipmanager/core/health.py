"""Liveness and readiness, for load balancers and for the containers' health checks. Public; they name no version and no host."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sipmanager.celery import app


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and migrations are as they must be, else 503 and which of them is not."""
    parts = {"database": _database, "migrations": _migrations, "broker": _broker}
    found = {name: _tried(check) for name, check in parts.items()}
    sound = all(answer == "ok" for answer in found.values())
    return JsonResponse({"status": "ok" if sound else "unavailable", **found}, status=200 if sound else 503)


def _tried(check) -> str:
    try:
        return check()
    except Exception:  # whatever the driver raises, the answer is the same
        return "unavailable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _broker() -> str:
    if not settings.REDIS_URL:
        return "ok"
    with app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"
