"""The custody report as a PDF: the same rows on A4 landscape, with its fonts inside.

The bytes follow from the report alone. A character that the font lacks (it has Latin, Greek,
Cyrillic, Arabic, Hebrew, Thai and Devanagari) is shown by its code point: the HTML report has it
as it is.
"""

from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace
from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular

from api.evidence.report import Report, Table

FAMILY = "FiraGO"
STYLES = (("", FiraGO_Regular), ("B", FiraGO_Bold))
MARGIN = 12
GREY, LINE = (87, 96, 106), (208, 215, 222)
LABEL_WIDTH = 30


class Paper(FPDF):
    """A4 landscape, each page numbered."""

    def __init__(self, report: Report, fonts: Path) -> None:
        super().__init__(orientation="landscape", format="A4")
        for style, font in STYLES:
            file = fonts / f"{FAMILY}{style}.ttf"  # the library reads fonts from files only
            file.write_bytes(font.fontbuffer)
            self.add_font(FAMILY, style, file)
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 4)
        self.set_creation_date(report.issued_at.astimezone(UTC))
        self.set_title(report.title)
        self.set_lang("en")
        self.set_draw_color(*LINE)
        self._foot = report.title

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self._pen(7, colour=GREY)
        self.cell(0, 4, self.known(f"{self._foot}    page {self.page_no()} of {{nb}}"), align="R")

    def known(self, text: str) -> str:
        """The text with the code point of each character that the font can't show."""
        glyphs: Any = self.fonts[FAMILY.lower()].cmap  # type: ignore[union-attr]
        return "".join(c if ord(c) in glyphs or c == "\n" else f"[U+{ord(c):04X}]" for c in text)

    def heading(self, text: str, size: int) -> None:
        self._pen(size, bold=True)
        self.cell(0, size / 2, self.known(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        for label, value in facts:
            self._pen(8, colour=GREY)
            self.cell(LABEL_WIDTH, 4.5, label)
            self._pen(8)
            self.multi_cell(0, 4.5, self.known(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rows(self, table: Table) -> None:
        self.ln(5)
        if self.will_page_break(24):  # a heading without a row below it is a puzzle
            self.add_page()
        self.heading(table.title, 11)
        if not table.rows:
            self.says(table.empty)
            return
        self._pen(7)
        with self.table(
            col_widths=tuple(width for _, width in table.columns),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD"),
            text_align="LEFT",
            line_height=3.6,
            padding=(0.9, 1.5, 0.9, 0),
        ) as drawn:
            drawn.row([name for name, _ in table.columns])
            for row in table.rows:
                drawn.row([self.known(cell) for cell in row])

    def says(self, text: str) -> None:
        self._pen(8, colour=GREY)
        self.multi_cell(0, 4.5, self.known(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pen(
        self, size: int, *, bold: bool = False, colour: tuple[int, int, int] = (0, 0, 0)
    ) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)


def paper(report: Report) -> bytes:
    """The report as the bytes of a PDF file."""
    with TemporaryDirectory() as fonts:
        made = Paper(report, Path(fonts))
        made.add_page()
        made.heading(report.title, 16)
        made.facts(report.facts)
        made.ln(3)
        for note in report.notes:
            made.says(note)
        for table in report.tables:
            made.rows(table)
        return bytes(made.output())
