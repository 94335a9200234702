"""Documents that leave the office: kinds, templates of Word and Typst, versions that never change."""
