"""The sample content: fits the forms, goes through the public API, and shows what the sources speak of."""
import json
import subprocess

import pytest

from kosi_test.paths import ROOT
from kosi_test.wait import wait_until

CITIES = ROOT / "deploy" / "cities"
LABS = {"GovLab Arnsberg", "Social Innovation Center Hannover", "Impact Hub Berlin", "Social Impact Lab Berlin", "KoSI-Lab Dortmund"}


def items(city):
    return [item for file in sorted((CITIES / city / "content").glob("*.json")) for item in json.loads(file.read_text())]


def test_fits_forms_and_vocabulary():
    done = subprocess.run([CITIES / "check_content.py"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.fixture(params=["dortmund", "wuppertal"])
def loaded(request, make_node):
    node = make_node(city=request.param)
    staff, accepted = node.staff(), 0
    for item in items(node.city):
        body = {name: item[name] for name in ("answers", "consents", "contact") if name in item}
        sent = node.http.post(f"/api/v1/forms/{item['form']}/submissions", body).expect(201).json
        if item.get("accept", True):
            staff.decide(sent["id"], "accept", edits=item.get("accept_edits", {})).expect(200)
            accepted += 1
    wait_until(lambda: node.http.get("/api/v1/entries").json["total"] == accepted, 5, "all entries shown")
    return node


def test_goes_through_the_api(loaded):
    reply = loaded.http.get("/api/v1/entries?page_size=200").expect(200).json
    kinds = {f["id"]: f["count"] for f in reply["facets"] if f["facet"] == "kind"}
    one = loaded.http.get(f"/api/v1/entries/{reply['items'][0]['id']}").expect(200).json
    assert one["description_html"].startswith("<") and one["licence"] == "CC-BY-4.0"
    if loaded.city == "dortmund":
        assert kinds["lab"] == 5 and kinds["publication"] == 1 and kinds["initiative"] >= 12
        assert {e["title"] for e in loaded.http.get("/api/v1/entries?kind=lab").json["items"]} == LABS
        chapter = loaded.http.get("/api/v1/entries?kind=publication").json["items"][0]
        assert "033L166" in loaded.http.get(f"/api/v1/entries/{chapter['id']}").json["description_html"]
    else:
        assert kinds["lab"] == 1 and kinds["idea"] >= 5
