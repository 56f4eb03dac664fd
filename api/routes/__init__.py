"""The views: a blueprint a subject. Each reads the request, calls one function, and answers."""
