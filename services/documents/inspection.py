"""督导检查报告 for one unit: its data into the finished file."""

from services.documents import canonical, inspection_parts, rendering
from services.documents.inspection_data import Inspection
from services.documents.rendering import Options, Rendered

__all__ = ["Options", "Rendered", "digest", "render"]


def digest(data: Inspection) -> str:
    """SHA-256 of the data as sorted, compact JSON in UTF-8."""
    return canonical.digest(data)


def render(data: Inspection, options: Options = Options()) -> Rendered:
    """Make the report from its data; raises what `rendering.render` does."""
    composed = inspection_parts.compose(data, receipt=options.receipt)
    return rendering.render(composed, data.frame, digest(data), options)
