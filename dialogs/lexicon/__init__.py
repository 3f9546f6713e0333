"""Words and phrases by what they mean to a phone desk: data, one module a language."""
