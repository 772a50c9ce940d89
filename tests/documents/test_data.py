"""The document as data."""

import json

from waardewerk.documents import Document, to_json


def test_every_block_is_there_with_its_element_and_no_drawing(a_report: Document) -> None:
    content = json.loads(to_json(a_report))
    assert content["title"] == a_report.title
    assert content["date"] == a_report.date.isoformat()
    assert [one["element"] for one in content["blocks"]] == [b.element for b in a_report.blocks]
    assert "<svg" not in json.dumps(content)
