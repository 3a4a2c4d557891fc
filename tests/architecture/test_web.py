"""The web app and what stands before it: no address of the API is the app's, links in mails lead to its pages, and the
plans it shows are the planner's."""

import json
import re
import runpy
import subprocess
from pathlib import Path

import pytest

from local.gateway.site import API_PATHS, Site
from medley.services import mail

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"


def test_no_address_of_the_api_is_taken_for_a_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("a page")
    site = Site(tmp_path, "http://localhost:8001")
    paths = [*json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"], *API_PATHS]
    assert len(paths) > 50
    assert [path for path in paths if site.serves({"method": "GET", "path": path})] == []


def test_links_in_mails_lead_to_pages() -> None:
    routes = (WEB / "src" / "features" / "auth" / "routes.ts").read_text()
    assert set(mail._PATHS.values()) <= set(re.findall(r"path: '([^']+)'", routes))


def test_the_lock_of_the_app_names_no_host() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [
        name for name, package in packages.items() if name and not package.get("integrity", package.get("link"))
    ] == []


def test_whatever_the_app_is_built_of_is_a_reason_to_build_it() -> None:
    """Also that a file went away, which its folder shows."""
    asked = ["make", "--print-data-base", "--dry-run", "web/dist/index.html"]
    said = subprocess.run(asked, check=False, cwd=ROOT, capture_output=True, text=True)
    rule = re.search(r"^web/dist/index\.html: (.*)$", said.stdout, re.MULTILINE)
    assert rule, said.stderr
    config = (WEB / "vite.config.ts").read_text()
    own = [f"tools/{name}" for name in re.findall(r"from '\./tools/([^']+)'", config)]
    pages = re.findall(r"'(\w+\.html)'", config)
    folders = [path for top in ("src", "public") for path in [WEB / top, *(WEB / top).rglob("*")]]
    needed = {"vite.config.ts", "tsconfig.json", *own, *pages, *(path.relative_to(WEB).as_posix() for path in folders)}
    assert len(own) > 1
    assert len(pages) > 1
    assert {f"web/{path}" for path in needed} - set(rule[1].split()) == set()


@pytest.mark.parametrize("chosen", ["", "order+looks", "speeds+windows"])
def test_the_welcome_page_shows_what_the_planner_says_today(chosen: str) -> None:
    """Of some choices, and so of each option; `web/tools/samples/plans.py` writes all of them."""
    tool = runpy.run_path(str(WEB / "tools" / "samples" / "plans.py"))
    shown = json.loads((WEB / "src" / "features" / "welcome" / "plans.json").read_text())
    assert shown[chosen] == tool["plan"](tuple(filter(None, chosen.split("+"))))
