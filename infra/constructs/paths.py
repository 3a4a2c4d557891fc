"""Functions of the CDN, in the JavaScript it runs: what becomes of a request before it is passed on."""

from typing import Final

PAGES: Final = """
function handler(event) {
  var request = event.request;
  if (request.uri === '/docs') { request.uri = '/docs.html'; }
  if (request.uri.split('/').pop().indexOf('.') < 0) { request.uri = '/index.html'; }
  return request;
}
"""
CALLER: Final = """
function handler(event) {
  var headers = event.request.headers;
  headers['x-viewer-address'] = { value: event.viewer.ip + ':0' };
  delete headers['x-viewer-country'];
  return event.request;
}
"""
# Where the CDN is told to say the country: elsewhere a header of that name is the viewer's own.
CALLER_FROM: Final = """
function handler(event) {
  var headers = event.request.headers;
  headers['x-viewer-address'] = { value: event.viewer.ip + ':0' };
  delete headers['x-viewer-country'];
  if (headers['cloudfront-viewer-country']) {
    headers['x-viewer-country'] = { value: headers['cloudfront-viewer-country'].value };
  }
  return event.request;
}
"""
