"""The smallest city there is."""


def city_text(more: str = "") -> str:
    head = 'schema_version = 1\nname = "某市"\nprovince = "某省"\nassessment_year = 2021\nreference_date = 2021-12-31\n'
    return head + more
