"""PDFs are tagged, and fetch nothing from outside (D-38)."""

import io

import pikepdf
import pytest
from django.template import engines

from sipmanager.core import pdf

PAGE = """<!doctype html><html lang="en-GB"><head><title>Trial</title>{head}</head><body><h1>Trial</h1>{body}</body></html>"""


@pytest.fixture
def rendered(monkeypatch):
    def render(head="", body="<p>Text</p>"):
        text = PAGE.format(head=head, body=body)
        monkeypatch.setattr(pdf, "render_to_string", lambda _t, _c: engines["django"].from_string(text).render())
        return pikepdf.open(io.BytesIO(pdf.render("trial.html", {})))

    return render


def test_a_pdf_is_tagged_and_says_its_language_and_title(rendered):
    document = rendered()
    assert bool(document.Root.MarkInfo.Marked)
    assert str(document.Root.Lang) == "en-GB"
    assert "/StructTreeRoot" in document.Root
    with document.open_metadata() as meta:
        assert meta["dc:title"] == "Trial"
        assert meta["pdfuaid:part"] == "1"


def test_a_local_file_is_never_embedded(rendered, caplog):
    document = rendered(head='<link rel="attachment" href="file:///etc/hostname">')
    assert list(document.attachments) == []


def test_no_address_is_fetched(rendered, caplog):
    document = rendered(body='<img src="http://127.0.0.1:9/secret.png" alt="x"><img src="file:///etc/hostname" alt="y">')
    images = [name for page in document.pages for name in page.get_images()]
    assert images == []
