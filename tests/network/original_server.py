"""The original's server as it behaves on the wire: 1,024 bytes a read, each decoded alone.

    python3 original_server.py CLIENTS count|list OUT.csv

Prints the port it listens on. Ends after it has told every client its winners.
"""

import csv
import socket
import sys
import threading

WINNING_NUMBER = 7574


class Upload:
    """What one client sends, until its DONE."""

    def __init__(self, connection):
        self.connection = connection
        self.agency = None
        self.bets = []

    def receive(self):
        text = ""
        while True:
            data = self.connection.recv(1024)
            if not data:
                return
            text += data.decode("utf-8", "ignore")
            if "DONE:" in text:
                self.agency = text.split("DONE:")[1]
                return
            if "\n" in text:
                batch, text = text.split("\n", 1)
                bets = [bet.split(",") for bet in batch.split(";")]
                self.bets += bets
                self.connection.sendall(f"{len(bets)}\n".encode())

    def tell_winners(self, variant):
        winners = [bet[3] for bet in self.bets if int(bet[5]) == WINNING_NUMBER]
        told = str(len(winners)) if variant == "count" else repr(winners)
        self.connection.sendall(f"{told}\n".encode())
        self.connection.close()


def main(clients, variant, out):
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uploads = [Upload(listener.accept()[0]) for _ in range(clients)]
    readers = [threading.Thread(target=upload.receive) for upload in uploads]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for upload in uploads:
            writer.writerows(upload.bets)
    for upload in uploads:
        upload.tell_winners(variant)


main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
