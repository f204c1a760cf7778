"""decide: promote, hold or block, with reasons; the policy alone knows thresholds."""


def group_name(group: str) -> str:
    """What a group of endpoints is called among them."""
    return f"group {group}"


FLEET = "*"
UNMATCHED = "(unmatched)"


def template_pattern(template: str) -> str:
    """The regular expression of a route template: ``{id}`` is one segment of a path, ``{rest...}`` any number."""
    special = set("\\.[]()*+?^$|")
    pattern, at = "^", 0
    while at < len(template):
        close = template.find("}", at) if template[at] == "{" else -1
        if close > 0:
            pattern += ".+" if template[at:close].endswith("...") else "[^/]+"
            at = close + 1
        else:
            pattern += f"\\{template[at]}" if template[at] in special else template[at]
            at += 1
    return pattern + "/?$"
