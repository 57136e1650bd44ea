"""Runs the emulator on a WSGI server that has no command line. Arguments: bjoern or werkzeug, port."""

import sys

from pendo_emulator.wsgi import application

server, port = sys.argv[1:]
if server == "bjoern":
    import bjoern

    bjoern.run(application, "127.0.0.1", int(port))
else:
    from werkzeug.serving import run_simple

    run_simple("127.0.0.1", int(port), application, threaded=True)
