"""Nothing typed is lost: daemons restarted or killed while a form is sent, a service that is away, a session that ended."""
# minutes: 10
from kosi_test import filled_form, unique_title
from kosi_test.node import PASSWORD


def test_a_form_is_sent_whatever_restarts(make_node, story):
    node = make_node(settings={"request_timeout_ms": 1500})
    print(story(node, "restarts", script=False, facts={"services": str(node.run / "services"), "form": "mithelfen-anbieten", "title": unique_title("Werkzeug")}))
    titles = [i["title"] for i in node.staff().http.get("/api/v1/staff/submissions").expect(200).json["items"]]
    assert len(titles) == len(set(titles)) == 4, f"sent twice, or not at all: {titles}"


def test_a_decision_survives_the_end_of_the_session(stocked_dortmund, story):
    node, login = stocked_dortmund, unique_title("anna").replace(" ", "-").lower()
    node.user_add(login, "moderator", password=PASSWORD)
    form = node.form()
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form, everything=True)).expect(201).json
    print(story(node, "expired", staff=True, login=login, script=False, facts={"submission": {"id": made["id"]}}))
