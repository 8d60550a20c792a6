"""A process's diagram for people: its lanes by the names of their posts, and the same in words."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from lxml import etree

from engine.defining.diagram_graph import Diagram
from web import templates
from web.texts import mark

NODES: Mapping[str, str] = {
    "startEvent": mark("Begin"),
    "endEvent": mark("End"),
    "userTask": mark("Signature"),
    "serviceTask": mark("Done by the engine"),
    "callActivity": mark("Part with its own diagram"),
    "exclusiveGateway": mark("One way only"),
    "parallelGateway": mark("All ways"),
    "eventBasedGateway": mark("Whatever comes first"),
    "intermediateCatchEvent": mark("Waits for a message or a deadline"),
}


def with_posts_named(tree: etree._Element, language: str) -> etree._Element:
    """A copy whose lanes bear the names of the posts, not their codes."""
    copied = deepcopy(tree)
    for lane in copied.iter("{*}lane"):
        lane.set("name", templates.post_name(language, lane.get("name", "")))
    return copied


def in_words(diagram: Diagram) -> list[dict[str, Any]]:
    """Every node and where it leads: the diagram for whoever can't see it."""
    return [
        {
            "kind": node.kind,
            "name": node.name or node.id,
            "lane": node.lane,
            "ways": [
                {
                    "name": flow.name,
                    "to": diagram.nodes[flow.target].name or flow.target,
                    "otherwise": flow.id == node.default,
                }
                for flow in diagram.leaving(node.id)
            ],
        }
        for node in diagram.nodes.values()
    ]
