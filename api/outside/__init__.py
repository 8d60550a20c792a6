"""Sign-in by another party (统一认证): OpenID Connect as its client, with one configured issuer."""
