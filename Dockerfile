# The front-end packages.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

# The service: web, worker and beat start from this one image.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 sipmanager
WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY . .
COPY --from=packages /app/node_modules node_modules
RUN python -m sipmanager.dev.assets \
 && python manage.py collectstatic --no-input \
 && rm -rf node_modules \
 && mkdir -p /data/media \
 && chown -R sipmanager:sipmanager var /data
USER sipmanager
ENV MEDIA_ROOT=/data/media
EXPOSE 8000
CMD ["gunicorn", "sipmanager.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--timeout", "60", "--no-control-socket"]
