"""Trade statistics of two ends reconciled: what stands out, and what only looks like it."""

import gzip
import json
import random
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Unreadable
from alerts.mirrors import USUAL, Pair, flows, planting
from alerts.mirrors.book import book
from alerts.mirrors.flows import WORLD, Flow
from alerts.mirrors.ranking import lasting, reconcile
from alerts.mirrors.report import hardly
from alerts.mirrors.wording import Names, main_reason, told
from api.cli import main

COUNTRIES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH")
YEARS = range(2001, 2007)
CHAPTERS = ("28", "31")
NAMES = Names(names={code: f"{code[0]}-land" for code in COUNTRIES})
HIDDEN = Pair(year=2005, chapter="31", exporter="AAA", importer="BBB")


def honest(seed=7):
    """Every country trades with every other; both report, with freight and the usual noise."""
    rng = random.Random(seed)
    reports = {}
    for exporter in COUNTRIES:
        for importer in COUNTRIES:
            size = rng.lognormvariate(14.5, 0.8)
            for year in YEARS:
                for chapter in CHAPTERS if exporter != importer else ():
                    worth = size * rng.uniform(0.85, 1.15)
                    pair = Pair(year=year, chapter=chapter, exporter=exporter, importer=importer)
                    reports[pair] = [worth, worth * 1.1 * rng.lognormvariate(0, 0.15)]
    return reports


def in_flows(reports, more=()):
    made, totals = [], {}
    for pair, (exported, imported) in reports.items():
        ends = pair.exporter, pair.importer
        made.append(flow(pair, "export", *ends, exported))
        made.append(flow(pair, "import", *reversed(ends), imported))
        key = pair.year, pair.chapter, pair.exporter
        totals[key] = totals.get(key, 0) + exported
    for (year, chapter, exporter), total in totals.items():
        about = Pair(year=year, chapter=chapter, exporter=exporter, importer="")
        made.append(flow(about, "export", exporter, WORLD, total))
    return [each for each in [*made, *more] if each.usd > 0]


def flow(pair, direction, reporter, partner, usd):
    return Flow(
        year=pair.year,
        direction=direction,
        reporter=reporter,
        partner=partner,
        chapter=pair.chapter,
        usd=round(usd),
    )


def judged(reports, more=(), of=HIDDEN):
    """Where a pair came up in its year and chapter, from 1, and what was found."""
    groups = reconcile(book(in_flows(reports, more))).groups
    for place, excess in enumerate(groups[of.year, of.chapter], 1):
        if excess.pair == of:
            return place, excess
    return None, None


def hide(reports, years=(2005,), kept=0.02, pair=HIDDEN):
    for year in years:
        reports[replace(pair, year=year)][0] *= kept
    return reports


def test_a_trade_that_its_exporter_hardly_reports_comes_up_among_the_first_three():
    place, excess = judged(hide(honest()))
    assert place <= 3
    assert main_reason(excess) == "not explained"
    assert excess.left > excess.imported / 2


def test_an_honest_world_has_no_trade_that_is_hardly_reported():
    assert hardly(reconcile(book(in_flows(honest())))) == []


def test_what_is_hidden_year_after_year_is_told_once_over_the_years():
    found = hardly(reconcile(book(in_flows(hide(honest(), years=YEARS)))))
    assert [(each.exporter, each.importer, each.chapter) for each in found] == [
        ("AAA", "BBB", "31")
    ]
    assert found[0].among_first >= len(YEARS) - 1


def test_freight_alone_is_no_excess():
    reports = honest()
    reports[HIDDEN] = [5_000_000, 5_500_000]
    assert judged(reports) == (None, None)


def test_goods_booked_on_another_partner_are_explained():
    reports = hide(honest())
    moved = reports[HIDDEN][0] / 0.02 * 0.98
    reports[replace(HIDDEN, importer="CCC")][0] += moved
    _, excess = judged(reports)
    assert main_reason(excess) == "booked on another partner"


def test_goods_under_way_at_the_turn_of_the_year_are_explained():
    reports = hide(honest(), kept=0.7)
    reports[HIDDEN][1] = reports[HIDDEN][0] * 1.4
    reports[replace(HIDDEN, year=2004)][0] *= 1.5
    _, excess = judged(reports)
    assert main_reason(excess) == "booked in another year"


def test_goods_re_exported_by_a_hub_are_explained():
    reports = hide(honest())
    through = replace(HIDDEN, exporter="DDD")
    reports[through][0] += reports[HIDDEN][1]
    more = [flow(through, "re-export", "DDD", "BBB", reports[HIDDEN][1])]
    _, excess = judged(reports, more)
    assert main_reason(excess) == "through a hub"


def test_a_neighbour_that_is_never_booked_as_foreign_is_explained():
    reports = honest()
    for pair in reports:
        if (pair.exporter, pair.importer) == ("AAA", "BBB"):
            reports[pair][0] = 0
    extra = [Pair(year=y, chapter="36", exporter="AAA", importer="BBB") for y in YEARS]
    _, excess = judged(reports, [flow(each, "import", "BBB", "AAA", 90_000) for each in extra])
    assert main_reason(excess) == "never booked as foreign"


def test_a_year_in_which_the_exporter_filed_nothing_accuses_nobody():
    reports = {
        pair: [0 if (pair.year, pair.exporter) == (2005, "AAA") else out, back]
        for pair, (out, back) in honest().items()
    }
    found = reconcile(book(in_flows(reports)))
    assert not [each for each in found.groups[2005, "31"] if each.pair.exporter == "AAA"]
    assert found.one_side_silent == (len(COUNTRIES) - 1) * len(CHAPTERS)


def test_an_explanation_reads_as_sentences():
    reports = hide(honest())
    reports[HIDDEN] = [40_000, 9_000_000]
    _, excess = judged(reports)
    said = told(excess, NAMES)
    assert said.startswith(
        "B-land reported imports of 9.0 million USD from A-land; A-land reported exports of "
        "40,000 USD (0.4 %)"
    )
    assert "Freight and insurance in the import value cover 4,000 USD." in said
    assert "Tried without result:" in said
    assert said.endswith("differ as much for their size." if excess.as_unusual else "for its size.")


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_rows_changes_nothing(seed):
    rows = in_flows(hide(honest()))
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert reconcile(book(shuffled)).groups == reconcile(book(rows)).groups


def test_the_less_is_reported_the_higher_it_scores():
    scores = [judged(hide(honest(), kept=kept))[1].score for kept in (0.5, 0.2, 0.05, 0)]
    assert scores == sorted(scores)


def test_reports_that_are_hidden_on_trial_come_up_more_often_than_rebooked_ones():
    found = reconcile(book(in_flows(honest())))
    planted = planting.plant(found, rng=random.Random(3), most=60)
    assert planted.planted == 60
    assert planted.hidden_found > 40
    assert planted.rebooked_found < 20
    assert planting.plant(found, rng=random.Random(3), most=60) == planted


def test_what_half_of_all_pairs_show_scores_nothing():
    found = reconcile(book(in_flows(honest())))
    usual = [each for group in found.groups.values() for each in group if each.as_unusual >= 0.5]
    assert usual
    assert {each.score for each in usual} == {0.0}
    assert all(each.score >= 0 for each in lasting(found))


# --- the records, and the command ---

HEADING = "year,flow,reporter_iso3,reporter,partner_iso3,partner,hs2,value_usd"


def written(folder, name="flows.csv"):
    rows = [
        f"{f.year},{f.direction.title()},{f.reporter},{f.reporter[0]}-land,{f.partner},"
        f"{f.partner[0]}-land,{f.chapter},{f.usd}"
        for f in in_flows(hide(honest(), years=YEARS))
    ]
    (folder / name).write_text("\n".join([HEADING, *rows]) + "\n", encoding="utf-8")
    return folder


def test_a_packed_file_and_comtrades_own_headings_say_the_same(tmp_path):
    plain = flows.read(written(tmp_path) / "flows.csv")
    text = (tmp_path / "flows.csv").read_text(encoding="utf-8")
    theirs = "refYear,flowDesc,reporterISO,reporterDesc,partnerISO,partnerDesc,cmdCode,primaryValue"
    packed = tmp_path / "comtrade.csv.gz"
    packed.write_bytes(gzip.compress(text.replace(HEADING, theirs).encode()))
    assert flows.read(packed).flows == plain.flows


def test_a_folder_is_read_whole_and_other_tables_in_it_are_passed_over(tmp_path):
    (written(tmp_path) / "people.csv").write_text("name,town\nA,B\n", encoding="utf-8")
    assert flows.read(tmp_path).files == ("flows.csv",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2001,Gift,AAA,A,BBB,B,31,5", "bad.csv line 2: a flow is"),
        ("2001,Export,AAA,A,BBB,B,31,much", "bad.csv line 2: a year or a value is no number"),
        ("2001,Export,AAA", "bad.csv line 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path, row, said):
    (tmp_path / "bad.csv").write_text(f"{HEADING}\n{row}\n", encoding="utf-8")
    with pytest.raises(Unreadable, match=said):
        flows.read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\x1f\x8bnot gzip", b"a,b\n1,2\n"])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    (tmp_path / "odd.csv").write_bytes(content)
    with pytest.raises(Unreadable):
        flows.read(tmp_path / "odd.csv")


def test_the_command_reports_to_a_reader_and_to_a_machine(tmp_path):
    arguments = ["rules", "backtest", "--mirror", str(written(tmp_path))]
    told_ = CliRunner().invoke(main, arguments)
    assert told_.exit_code == 0, told_.output
    assert "1. A-land to B-land, fertilisers (chapter 31):" in told_.output
    assert max(map(len, told_.output.splitlines())) <= 140
    document = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).output)
    assert document["hardly_reported"][0]["among_first"] >= len(YEARS) - 1
    (group,) = [g for g in document["groups"] if (g["year"], g["chapter"]) == (2005, "31")]
    assert len(group["first"]) == 3
    assert all(each["summary"] and each["tried"] for each in group["first"])
    assert document["terms"]["freight"] == f"{USUAL.freight:.2f}"


def test_the_command_says_which_file_it_cannot_read(tmp_path):
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["rules", "backtest", "--mirror", str(tmp_path / "odd.csv")])
    assert result.exit_code == 6
    assert "no trade flows in odd.csv" in result.output
