"""How others find what is here: descriptions for catalogues (DCAT-AP, VoID), the dump, robots.txt and the sitemap."""
