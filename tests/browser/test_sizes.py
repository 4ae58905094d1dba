"""How much a visit loads, in a browser that has nothing yet: under 120 kB the first time with fonts, under 15 kB for each next page."""
PAGES = {"dortmund": "/formulare/initiative-melden", "wuppertal": "/formulare/idee-fuer-wuppertal"}


def test_a_first_visit_and_the_next_pages(stocked, story):
    entry = stocked.http.get("/api/v1/entries").expect(200).json["items"][0]
    paths = [PAGES[stocked.city], "/landschaft", f"/landschaft/{entry['id']}", "/landschaft/ueberblick", "/datenschutz", "/intern/anmelden"]
    print(story(stocked, "sizes", width=360, facts={"paths": paths}))
