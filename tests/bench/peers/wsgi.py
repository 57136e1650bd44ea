"""The WSGI servers that have no command line: `wsgi.py SERVER MODULE PORT`."""

import importlib
import sys

server, module, port = sys.argv[1:]
application = importlib.import_module(module).application
if server == "bjoern":
    import bjoern

    bjoern.run(application, "127.0.0.1", int(port))
else:
    from werkzeug.serving import run_simple

    run_simple("127.0.0.1", int(port), application, threaded=True)
