"""Two hundred hostile strings everywhere: every format opens, nothing of them acts, nothing overflows."""

import csv
import io
import json
import re
from zipfile import ZipFile

import openpyxl
import pypdf
import pytest
import typst
from lxml import etree
from markdown_it import MarkdownIt
from matplotlib.image import imread

from darklaunch.publish import formatting
from darklaunch.publish.export.cells import cell_text
from darklaunch.publish.export.document import printed
from darklaunch.publish.export.format import Format
from darklaunch.publish.export.markdown import MAXIMUM
from darklaunch.publish.export.pdf import inputs, template
from darklaunch.publish.export.render import render
from darklaunch.publish.page.script import page_script
from tests.publish import sample
from tests.publish.export import hostile

STRINGS = hostile.strings()


@pytest.fixture(scope="module")
def report():
    return sample.report(hostile.verdict())


@pytest.fixture(scope="module")
def files(report):
    return {form: render(report, form) for form in Format}


def harmless(text):
    return all(character.isprintable() or character == "\n" for character in text)


def test_there_are_two_hundred_of_them():
    assert len(STRINGS) >= 200


def test_the_json_holds_them_as_they_are(files):
    read = json.loads(files[Format.JSON].decode())
    assert [each["endpoint"] for each in read["endpoints"]] == STRINGS


def test_no_cell_of_the_csv_is_a_formula_or_acts(files):
    text = files[Format.CSV].decode()
    assert harmless(text.replace("\r\n", "\n"))
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == len(STRINGS) + 1
    for row in rows[1:]:
        for cell in (row[0], row[-1]):
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
            assert re.search(r";\s*[=+@-]", cell) is None
            assert len(cell) <= 32_767


def test_every_cell_of_the_workbook_is_the_text_or_a_number(files):
    book = openpyxl.load_workbook(io.BytesIO(files[Format.XLSX]))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}
                assert cell.hyperlink is None
                if cell.data_type == "s":
                    assert harmless(cell.value)
                    assert cell.value.lstrip()[:1] not in {*"=+-@"} or cell.quotePrefix
    names = [row[0].value for row in book["endpoints"].iter_rows(min_row=2) if row[1].value == "endpoint"]
    # xlsxwriter escapes what looks like an escape, though not twice in a row
    assert {name or "" for name in names} >= {cell_text(text) for text in STRINGS if "_x005F_" not in text}
    assert len(names) == len(STRINGS)


def test_the_workbook_holds_no_formula_no_link_and_nothing_from_outside(files):
    with ZipFile(io.BytesIO(files[Format.XLSX])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any("external" in name.lower() or "vba" in name.lower() for name in parts)
    for text in parts.values():
        etree.fromstring(text)
        assert re.search(rb"<f[ >]", text) is None
        assert b"<hyperlink" not in text
        assert b'TargetMode="External"' not in text


def test_the_pdf_shows_them_as_text_and_does_nothing(files, report):
    reader = pypdf.PdfReader(io.BytesIO(files[Format.PDF]))
    assert len(reader.pages) > 10
    assert "/OpenAction" not in reader.root_object
    assert "/Names" not in reader.root_object or "/JavaScript" not in reader.root_object["/Names"]
    assert not any("/Annots" in page for page in reader.pages)
    assert all(harmless(endpoint.name) for endpoint in printed(report).endpoints)


def test_nothing_is_printed_beyond_the_margins_of_a_page(report):
    pages = typst.compile(template(), format="png", ppi=25.4, sys_inputs=inputs(report))
    assert len(pages) > 10
    for page in pages:
        # a pixel is a millimetre; the margins are 16 mm at the sides, and the footer lies within the lower one
        pixels = imread(io.BytesIO(page), format="png")[:, :, :3]
        for margin in (pixels[:12], pixels[-6:], pixels[:, :14], pixels[:, -14:]):
            assert (margin > 0.99).all()


@pytest.mark.parametrize(
    "text", ["#panic()", '#read("/etc/passwd")', "*bold*", "$ x $", "#sys.inputs", "<script>", "= a"]
)
def test_typst_takes_no_text_for_markup(text):
    verdict = hostile.verdict([text])
    first = pypdf.PdfReader(io.BytesIO(render(sample.report(verdict), Format.PDF))).pages[0].extract_text()
    assert f"Production {text}, shadow {text}," in re.sub(r"[\u200b]", "", first)


@pytest.mark.parametrize("length", [1, 200])
def test_what_is_long_still_takes_a_director_two_pages(length):
    text = " ".join(["needlessly-long-reason"] * length)
    verdict = hostile.verdict([text[:3_000] or "x"] * 12)
    reader = pypdf.PdfReader(io.BytesIO(render(sample.report(verdict), Format.PDF)))
    pages = (reader.pages[page].extract_text().replace("\u200b", "") for page in range(3))
    first, second, third = (re.sub(r"\s+", " ", page) for page in pages)
    assert "BLOCK" in first
    assert "The dashed line is the excess" in first
    assert second.startswith("Causes")
    assert "everything else is on hold" in second
    assert third.startswith("Endpoints")


def test_the_markdown_is_short_enough_and_only_its_own_markup(files):
    text = files[Format.MARKDOWN].decode()
    assert len(text) <= MAXIMUM
    assert harmless(text.replace("\u200b", ""))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert not {child.type for child in inline} & {"link_open", "image", "em_open", "s_open", "hardbreak"}
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<code>", "</code>"}
    blocks = {token.content.strip() for token in tokens if token.type == "html_block"}
    assert all(re.fullmatch(r"<details>\n<summary>[A-Za-z0-9, ()]+</summary>|</details>", each) for each in blocks)
    assert not {"fence", "code_block", "blockquote_open", "hr"} & {token.type for token in tokens}
    assert sum(token.type == "heading_open" for token in tokens) == 1


def test_nobody_is_mentioned_and_nothing_linked_by_what_github_does_to_plain_text(files):
    tokens = MarkdownIt("commonmark").enable("table").parse(files[Format.MARKDOWN].decode())
    plain, inside = [], False
    for child in (child for token in tokens for child in token.children or ()):
        if child.type == "html_inline":
            inside = child.content == "<code>"
        elif child.type in {"text", "text_special"} and not inside:
            plain.append(child.content)
    assert re.search(r"@[A-Za-z]", "".join(plain)) is None
    # addresses are recognised in the source, where the sign is an entity
    source = re.sub(r"`[^`\n]*`|<code>.*?</code>", "", files[Format.MARKDOWN].decode())
    assert re.search(r"(https?|ftp|mailto|xmpp):|\bwww\.", source, re.IGNORECASE) is None


def test_the_junit_file_is_xml_that_names_every_case(files):
    suites = etree.fromstring(files[Format.JUNIT])
    names = [case.get("name") for case in suites.iter("testcase")]
    for text in STRINGS:
        assert formatting.visible(text, longest=3_000) in names
    assert all(harmless(text) for each in suites.iter() for text in (*each.attrib.values(), each.text or ""))


def test_the_page_is_only_its_own_markup(files):
    text = files[Format.HTML].decode()
    assert text.count("<script") == text.count(f"<script>{page_script().text}</script>") == 1
    assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", text)
