"""Which state the home is in."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


def state(text: str, asked: str | None = "state") -> object:
    return read(text, asked=asked, on=TODAY).facts.get("state")


def candidates(text: str, asked: str | None = "state") -> tuple[str, ...] | None:
    return read(text, asked=asked, on=TODAY).facts.clarify.get("state")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Illinois", "IL"),
        ("ILLINOIS", "IL"),
        ("il", "IL"),
        ("I.L.", "IL"),
        ("north dakota", "ND"),
        ("n. dakota", "ND"),
        ("w. va", "WV"),
        ("W Virginia", "WV"),
        ("D.C.", "DC"),
        ("Penn.", "PA"),
        ("calif", "CA"),
        ("ill", "IL"),
        ("miss", "MS"),
        ("ga", "GA"),
        ("pa", "PA"),
        ("or", "OR"),
        ("puerto rico", "PR"),
        ("nuevo mexico", "NM"),
        ("carolina del sur", "SC"),
        ("Luisiana", "LA"),
        ("pensylvania", "PA"),
        ("tenessee", "TN"),
        ("massachussetts", "MA"),
        ("illinios", "IL"),
        ("misouri", "MO"),
        ("new jersy", "NJ"),
        ("houston", "TX"),
        ("st louis", "MO"),
        ("ft. lauderdale", "FL"),
        ("Saint Paul", "MN"),
        ("milwakee", "WI"),
        ("albuqurque", "NM"),
        ("chi-town", "IL"),
        ("okc", "OK"),
        ("brooklyn", "NY"),
        ("cook county", "IL"),
        ("miami-dade", "FL"),
        ("60629", "IL"),
        ("44107-1234", "OH"),
        ("springfield, il", "IL"),
        ("aurora co", "CO"),
        ("columbus georgia", "GA"),
        ("kansas city, mo", "MO"),
        ("new orleans la", "LA"),
        ("gary in", "IN"),
        ("rural ohio", "OH"),
        ("yes im in maine", "ME"),
        ("vivo en tejas", "TX"),
        ("mi casa está en Los Ángeles", "CA"),
        ("condado de cook", "IL"),
        ("Nueva Hampshire", "NH"),
        ("Filadelfia", "PA"),
        ("Guaynabo", "PR"),
        ("wva", "WV"),
        ("kcmo", "MO"),
        ("port st lucie fl", "FL"),
        ("s. bend", "IN"),
        ("Ｔｅｘａｓ", "TX"),
        ("house in 60435, on the corner", "IL"),
    ],
)
def test_the_answer_to_where_the_home_is(text: str, code: str) -> None:
    assert state(text) == code


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("near springfield", {"IL", "MA", "MO"}),
        ("in portland", {"OR", "ME"}),
        ("kansas city", {"MO", "KS"}),
        ("LA", {"CA", "LA"}),
        ("i'm in la", {"CA", "LA"}),
        ("in orange county", {"CA", "FL"}),
        ("jackson", {"MS", "TN", "MI"}),
        ("the carolinas", {"NC", "SC"}),
        ("tx and ok", {"TX", "OK"}),
        ("one in texas and one in florida", {"TX", "FL"}),
    ],
)
def test_a_place_that_several_states_share_is_asked_about(text: str, some: set[str]) -> None:
    assert state(text) is None
    assert some <= set(candidates(text) or ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wyoming mi", "MI"),
        ("wyoming michigan", "MI"),
        ("Nevada, Missouri", "MO"),
        ("california pa", "PA"),
        ("california maryland", "MD"),
        ("oregon illinois", "IL"),
        ("manhattan ks", "KS"),
        ("brooklyn ohio", "OH"),
        ("nevada city", "CA"),
        ("new york mills mn", "MN"),
        ("delaware county pa", "PA"),
        ("ohio county wv", "WV"),
    ],
)
def test_a_town_or_county_that_is_named_after_a_state_is_in_its_own(text: str, code: str) -> None:
    assert state(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1600 Georgia Ave, Joliet IL", "IL"),
        ("118 Louisiana St Little Rock AR", "AR"),
        ("500 Michigan Avenue, Chicago", "IL"),
        ("480 Washington Blvd,Jersey City,NJ-07310", "NJ"),
        ("12 Colorado Blvd, Pasadena CA", "CA"),
        ("15 St Louis Ave, Chicago", "IL"),
        ("2 houses in st louis", "MO"),
        ("12 oak ct, hartford ct", "CT"),
    ],
)
def test_a_street_is_no_state(text: str, code: str) -> None:
    assert state(text) == code


@pytest.mark.parametrize("text", ["the il wi border", "kansas, missouri border", "right at the ohio and indiana line"])
def test_at_a_border_it_is_asked_which_side(text: str) -> None:
    assert state(text) is None
    assert len(candidates(text) or ()) == 2


@pytest.mark.parametrize("text", ["montreal", "tijuana", "guam", "Hi", "ok"])
def test_what_is_no_state_or_may_be_none_is_asked_again(text: str) -> None:
    assert state(text) is None
    assert candidates(text) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("we live in kansas but the house is in iowa", "IA"),
        ("the lender is in california, my house is in nevada", "NV"),
        ("my husband lives in Dallas but the property is in Gary IN", "IN"),
        ("im in mexico right now but home is in san diego", "CA"),
        ("used to be in nevada, now arizona", "AZ"),
        ("ohio but moving to florida", "OH"),
        ("kentucky, not tennessee", "KY"),
        ("i moved from ohio to kentucky", "KY"),
        ("my name is Georgia and i'm in Utah", "UT"),
        ("soy Carolina y vivo en Nevada", "NV"),
        ("wells fargo foreclosed on my home in iowa", "IA"),
        ("chicago, owe 310 worth 265", "IL"),
        ("my condo in fort worth", "TX"),
        ("the zip is 30318", "GA"),
        ("CAN THEY TAKE MY HOUSE IN OHIO OR NOT", "OH"),
    ],
)
def test_the_homes_state_in_a_free_message(text: str, code: str) -> None:
    assert state(text, None) == code


@pytest.mark.parametrize(
    "text",
    [
        "can they come after me or not",
        "hi, ok so help me",
        "PLEASE CALL ME OR MY WIFE IN THE MORNING",
        "me van a demandar",
        "la casa de mi mama",
        "is it a va loan or fha",
        "the VA turned us down",
        "this is Virginia Smith",
        "my wife Virginia left",
        "Georgia is my wife's name",
        "Ohio Savings had the loan",
        "Georgia's Own Credit Union",
        "Phoenix Law took my money",
        "Denver Nuggets fan",
        "my name is Georgia",
        "i was reading about it in august",
        "bank of america won't talk to me",
        "wells fargo",
        "i talked to a lawyer from their office in texas",
        "oh no id rather not, pa said so",
    ],
)
def test_words_and_names_that_only_look_like_states(text: str) -> None:
    assert state(text, None) is None
    assert candidates(text, None) is None


def test_not_knowing_and_skipping_are_no_place() -> None:
    assert candidates("skip") is None
    assert state("the person") is None
