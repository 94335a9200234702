"""The English catalogue of the site's messages; Chinese is the language of the sources."""
