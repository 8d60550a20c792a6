"""What a page tells the browser: run nothing but our own files, be framed by nobody, be kept by nobody."""

# Tabler draws arrows and ticks as data: images, a chosen scan is previewed as blob:.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

PAGE = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    # The same address answers in two languages, as a page or as a part of one.
    "vary": "cookie, hx-request",
}
