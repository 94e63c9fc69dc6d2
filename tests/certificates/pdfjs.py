"""Read papers with pdf.js, the reader of Firefox, in Debian's Chromium."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Route, sync_playwright

_PDFJS = Path("/usr/share/javascript/pdf/build")
_HERE = "http://reader.invalid/"
_READ = """async (data) => {
    const lib = globalThis.pdfjsLib ?? globalThis["pdfjs-dist/build/pdf"];
    lib.GlobalWorkerOptions.workerSrc = "/pdf.worker.js";
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const pdf = await lib.getDocument({data: bytes}).promise;
    let text = "";
    for (let number = 1; number <= pdf.numPages; number++) {
        const content = await (await pdf.getPage(number)).getTextContent();
        text += content.items.map((item) => item.str).join("") + "\\n";
    }
    return text;
}"""


def texts_by_pdfjs(pdfs: Mapping[str, bytes]) -> dict[str, str]:
    """What Firefox's reader finds in each."""
    path = shutil.which("chromium") or "chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", _serve)
        page.goto(_HERE)
        found = {
            name: str(page.evaluate(_READ, base64.b64encode(pdf).decode()))
            for name, pdf in pdfs.items()
        }
        browser.close()
    return found


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(_HERE)
    if not name:
        route.fulfill(body='<script src="pdf.js"></script>', content_type="text/html")
    elif name in {"pdf.js", "pdf.worker.js"}:
        route.fulfill(path=_PDFJS / name, content_type="text/javascript")
    else:
        route.abort()
