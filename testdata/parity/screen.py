"""Reads a console screen back: tables by title, columns and rows; everything else as paragraphs of words.

    text -> without log lines -> tables (box drawing) + paragraphs (numbers that pass are masked)
"""
import re

LOG = re.compile(r"\d\d:\d\d:\d\d\.\d{3} [A-Z]+ ")
TOP, BAR, END = "┏", "┃│", "└"


def parse(text: str) -> tuple:
    """Tables [{title, columns, rows}] and paragraphs [str], both in order."""
    tables, paragraphs, current, last = [], [], [], ""
    table = None
    for line in (re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", x) for x in text.splitlines()):
        stripped = line.strip()
        if LOG.match(line):
            continue
        if table is not None:
            if stripped[:1] == END:
                tables.append(table)
                table = None
            elif stripped[:1] in BAR:
                add(table, [c.strip() for c in re.split("[┃│]", stripped)[1:-1]])
            continue
        if stripped[:1] == TOP:
            table = {"title": last, "columns": None, "rows": []}
            if current and current[-1] == last:
                current.pop()
            continue
        if stripped:
            current.append(stripped)
            last = stripped
        elif current:
            paragraphs.append(current)
            current = []
    paragraphs.append(current)
    return tables, [p for p in map(paragraph, paragraphs) if p]


def add(table: dict, cells: list) -> None:
    """A first row is the columns; a row that lacks its label, or everything else, continues the row above it."""
    if table["columns"] is None:
        table["columns"] = cells
    elif table["rows"] and (not cells[0] or not any(cells[1:])):
        table["rows"][-1] = [" ".join(filter(None, pair)) for pair in zip(table["rows"][-1], cells)]
    else:
        table["rows"].append(cells)


def paragraph(lines: list) -> str:
    text = " ".join(re.sub(r"^│|│$", "", x).strip() for x in lines)
    text = re.sub(r"\s+", " ", re.sub(r"─+", "─", text))
    return re.sub(r"(Benchmark Duration: )[\d,.]+", r"\1#", text)
