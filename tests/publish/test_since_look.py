"""What the report says of the time since the look before."""

from darklaunch.publish.export.masked import mask_look
from darklaunch.publish.html import render_html
from darklaunch.publish.look import fleet_look, look_of
from darklaunch.publish.page.since_look import since_look
from darklaunch.publish.report.json import read_head
from darklaunch.runs.history import looks_before
from tests.publish import sample
from tests.publish.looks import verdict_of, write_look
from tests.publish.page import Page


def before():
    made = verdict_of(6, verdict="hold")
    made["endpoints"][2]["verdict"] = "hold"
    del made["endpoints"][1]
    made["causes"] = [*made["causes"][1:], sample.cause("GET /gone", "$.body['ann@example.com']", "missing", 77, 1000)]
    return made


def test_verdicts_that_turned_and_endpoints_that_are_new_are_named_the_worst_first():
    since = since_look(sample.report(sample.full()), [look_of(sample.report(before()))])
    turned = [(each.name, each.before and each.before.value, each.after.value) for each in since.turned]
    assert turned == [("POST /orders", "hold", "block"), ("GET /health", None, "promote")]


def test_causes_are_new_gone_or_still_there_by_their_ids():
    since = since_look(sample.report(sample.full()), [look_of(sample.report(before()))])
    assert [each.paths[0].path for each in since.new_causes] == ["$.body.total.amount"]
    assert [each.endpoint for each in since.gone_causes] == ["GET /gone"]
    assert since.kept_causes == 2


def test_the_page_says_it_and_leads_to_what_is_new():
    page = Page(render_html(sample.report(sample.full()), [look_of(sample.report(before()))]))
    assert "Verdicts that turned: 2" in page.text
    assert "Causes: 1 new, 1 not seen any more, 2 still there" in page.text
    assert "not seen any more $.body['ann@example.com'] at GET /gone" in page.text
    assert [each["href"] for each in page.all("a")][:3] == ["#endpoint-1", "#endpoint-6", "#cause-1"]


def test_a_first_look_and_one_of_which_only_the_fleet_is_known_have_no_such_section():
    report = sample.report(sample.full())
    assert since_look(report, []) is None
    assert since_look(report, [fleet_look(read_head(before()))]) is None


def test_an_earlier_look_of_a_run_without_causes_says_nothing_of_them():
    earlier = before() | {"causes": None}
    since = since_look(sample.report(sample.full()), [look_of(sample.report(earlier))])
    assert (since.new_causes, since.gone_causes, since.kept_causes) == ((), (), None)


def test_masking_covers_the_causes_of_the_look_before():
    assert "ann@example.com" not in render_html(
        sample.report(sample.full()), [mask_look(look_of(sample.report(before())))]
    )


def test_of_the_looks_before_only_the_last_is_read_whole(tmp_path):
    for look in (4, 5, 6):
        folder = write_look(tmp_path, verdict_of(look))
    end = sample.report(sample.full()).span.end
    looks = looks_before(folder.parents[1], end)
    assert [len(look.endpoints) for look in looks] == [0, 0, 6]
    assert [look.causes is None for look in looks] == [True, True, False]
