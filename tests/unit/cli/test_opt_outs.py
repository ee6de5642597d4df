"""`leeward optouts`: lists of numbers that asked to be left alone, from and for other systems (47 CFR 64.1200(d))."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leeward.cli.main import app
from leeward.records import opt_outs
from leeward.records.models import OptOut

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return tmp_path / "stop.csv"


def test_numbers_are_taken_over_once_however_they_are_written(listed: Path) -> None:
    listed.write_text("phone,words\n(312) 555-0142,stop it\n'+13125550143,\n312.555.0142,again\n", encoding="utf-8")
    done = CliRunner().invoke(app, ("optouts", "import", str(listed)))
    assert (done.exit_code, done.stdout) == (0, "2 of 3 numbers were new.\n")
    assert opt_outs.is_opted_out(phone="+13125550142")
    assert opt_outs.is_opted_out(phone="+13125550143")


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"number\n3125550142\n", 2, "The file needs a first line with a column named phone."),
        (b"phone\n3125550142\nnobody\n", 1, "Line 3: 'nobody' is no phone number. Mend it and import again;"),
        (b"phone\n12\n", 1, "Line 2: '12' is no phone number."),
        (b"phone\n\xff\xfe\n", 1, "is not UTF-8 text; save it as CSV UTF-8 and import again."),
    ],
)
def test_a_list_that_cannot_be_read_is_one_sentence_and_nothing_is_taken_over(
    listed: Path, content: bytes, code: int, sentence: str
) -> None:
    listed.write_bytes(content)
    done = CliRunner().invoke(app, ("optouts", "import", str(listed)))
    assert done.exit_code == code
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not OptOut.objects.exists()


def test_a_list_that_is_not_there_is_one_sentence_and_exit_1(listed: Path) -> None:
    done = CliRunner().invoke(app, ("optouts", "import", str(listed)))
    assert (done.exit_code, done.stderr) == (1, f"{listed} cannot be read: No such file or directory.\n")


def test_the_export_is_csv_with_the_words_made_safe_and_the_number_left_as_it_is() -> None:
    opt_outs.opt_out_record(phone="+13125550142", channel="sms", words="=STOP")
    (row,) = csv.DictReader(io.StringIO(CliRunner().invoke(app, ("optouts", "export")).stdout))
    assert (row["phone"], row["channel"], row["words"]) == ("+13125550142", "sms", "'=STOP")


def test_what_was_exported_can_be_imported_elsewhere(listed: Path) -> None:
    opt_outs.opt_out_record(phone="+13125550142", channel="sms", words="STOP")
    assert CliRunner().invoke(app, ("optouts", "export", "--to", str(listed))).exit_code == 0
    assert CliRunner().invoke(app, ("optouts", "import", str(listed))).stdout == "0 of 1 numbers were new.\n"
