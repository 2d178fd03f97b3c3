"""gcp-storage-emulator with one bucket; prints its port and ends with its standard input."""
import json, sys
from http import server as http_server

# One request at a time would wait for ever for a client that opens a connection ahead.
http_server.HTTPServer = http_server.ThreadingHTTPServer
from gcp_storage_emulator.server import create_server

server = create_server("127.0.0.1", 0, in_memory=True, default_bucket="recordings")
server.start()
print(json.dumps({"port": server._api._httpd.server_address[1]}), flush=True)
sys.stdin.read()
server.stop()
