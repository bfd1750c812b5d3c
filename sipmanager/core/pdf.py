"""PDFs, fenced: no address is fetched, no local file is embedded, every document is tagged (D-38)."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

STATIC = "static:"


@cache
def _weasyprint():
    """WeasyPrint takes two seconds to import, so it is imported where a PDF is made and nowhere else."""
    import weasyprint

    return weasyprint


def _fetcher():
    weasyprint = _weasyprint()

    class OwnFilesOnly(weasyprint.urls.URLFetcher):
        """Answers `static:` for files of our own static folders and `data:`; refuses everything else."""

        def fetch(self, url, headers=None):
            if url.startswith(STATIC):
                found = finders.find(url.removeprefix(STATIC))
                if not found:
                    raise ValueError(f"No static file for {url}")
                return weasyprint.urls.URLFetcherResponse(url, Path(found).read_bytes())
            return super().fetch(url, headers)

    return OwnFilesOnly(allowed_protocols=("data",))


def render(template: str, context: dict, *, variant: str = "pdf/ua-1") -> bytes:
    """The PDF of `template`; PDF/UA-1 unless told otherwise. Render before the transaction that records it."""
    html = render_to_string(template, {**context, "language": settings.LANGUAGE_CODE})
    weasyprint = _weasyprint()
    return weasyprint.HTML(string=html, url_fetcher=_fetcher(), base_url=STATIC).write_pdf(pdf_variant=variant)
