"""The texts of a page, and numbers as the page writes them."""

from darklaunch.text.numbers import rate as plain_rate


def text(element):
    return " ".join(" ".join(element.itertext()).split())


def rate(value):
    return plain_rate(value).replace("-", "\u2212")


def number(entry, name, form):
    """A number as the page has it; one that is undefined is a dash with its reason."""
    if entry[name] is None:
        return f"\u2013 {entry[f'{name}_reason']}"
    return form(entry[name])


def bounds(entry):
    undefined = next((name for name in ("excess_low", "excess_high") if entry[name] is None), None)
    return (
        number(entry, undefined, rate) if undefined else f"{rate(entry['excess_low'])} to {rate(entry['excess_high'])}"
    )


def lines(page, of):
    """The lines of a table: the texts of their cells, by that of the first."""
    return {text(row[0]): [text(cell) for cell in row[1:]] for row in page.xpath(f"{of}//tbody/tr")}


def mismatch_rate(entry):
    return number(entry, "match_rate", lambda share: rate(round(1 - share, 12)))
