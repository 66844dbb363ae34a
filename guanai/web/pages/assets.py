"""The program's own style sheet, script and icon; nothing of the school."""

import mimetypes

from starlette.requests import Request
from starlette.responses import Response

from guanai.web import faults
from guanai.web.policy import OPEN
from guanai.web.render import static_address, static_file
from guanai.web.routes import Door

_FOR_LONG = "public, max-age=31536000, immutable"


def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    content = static_file(name)
    if content is None:
        return faults.page(request, 404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_current = static_address(name).endswith(f"={request.query_params.get('v', '')}")
    caching = {"cache-control": _FOR_LONG} if is_current else {}
    return Response(content, media_type=kind, headers=caching)


DOORS = (Door("/static/{name}", ("GET",), _asset, OPEN, "static"),)
