"""Copies of the front-end packages as the service may serve them, in `var/assets/vendor`.

`python -m sipmanager.dev.assets` builds them anew. Left out on purpose: the typeface, the crest and the favicons that are for
GOV.UK alone, and references to source maps, which are not served.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ROOT / "node_modules"
OUTPUT = ROOT / "var" / "assets" / "vendor"

GOVUK = PACKAGES / "govuk-frontend/dist/govuk"
MOJ = PACKAGES / "@ministryofjustice/frontend/moj"
AUTOCOMPLETE = PACKAGES / "accessible-autocomplete/dist"
DEJAVU = PACKAGES / "dejavu-fonts-ttf/ttf"

TEXTS = [
    GOVUK / "govuk-frontend.min.css",
    GOVUK / "govuk-frontend.min.js",
    MOJ / "moj-frontend.min.css",
    MOJ / "moj-frontend.min.js",
    AUTOCOMPLETE / "accessible-autocomplete.min.css",
    AUTOCOMPLETE / "accessible-autocomplete.min.js",
]
FONTS = [
    DEJAVU / name for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
]

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*GDS Transport[^}]*\}")
FONT_NAME = re.compile(r"[\"']?GDS Transport[\"']?\s*,\s*")
CREST = re.compile(r"url\([^)]*govuk-crest[^)]*\)")
IMAGE = re.compile(r"url\([\"']?/assets/images/([\w.-]+)[\"']?\)")
SOURCE_MAP = re.compile(r"(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)

# With no font at all the PDF library crashes: these are found first, those of the machine, if any, after them.
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">.</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
</fontconfig>
"""


def servable(text: str) -> str:
    """A stylesheet or script without what only GOV.UK may show and without its source map."""
    text = FONT_FACE.sub("", text)
    text = FONT_NAME.sub("", text)
    text = CREST.sub("none", text)
    text = IMAGE.sub(r"url(images/\1)", text)
    return SOURCE_MAP.sub("", text)


def build(output: Path = OUTPUT) -> None:
    """Write every file anew; what an earlier build left is removed first."""
    shutil.rmtree(output, ignore_errors=True)
    (output / "images").mkdir(parents=True)
    (output / "fonts").mkdir()
    for source in TEXTS:
        text = source.read_text(encoding="utf-8")
        (output / source.name).write_text(servable(text), encoding="utf-8")
        for name in sorted(set(IMAGE.findall(text)) - {"govuk-crest.svg"}):
            shutil.copyfile(MOJ / "assets/images" / name, output / "images" / name)
    for font in FONTS:
        shutil.copyfile(font, output / "fonts" / font.name)
    (output / "fonts" / "fonts.conf").write_text(FONTS_CONF, encoding="utf-8")


if __name__ == "__main__":
    build()
