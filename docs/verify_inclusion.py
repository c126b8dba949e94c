"""Check an inclusion proof of the audit trail (RFC 9162 2.1.3.2); needs `cryptography` alone.

nsor audit prove 17 > proof.json
python verify_inclusion.py proof.json --log-key log.vkey --witness-key witness.vkey
"""

import argparse
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 1, 4  # the types of their keys


def signed(note, vkey, kind):
    """Return the text that a verifier key of the type signed (C2SP signed-note), or end."""
    name, key_id, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key, validate=True)
    named = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if key[0] != kind or named.hex() != key_id:
        sys.exit(f"The key of {name} is not a {'log' if kind == LOG else 'witness'}'s key.")
    text = note.rpartition("\n\n")[0] + "\n"
    for line in note[len(text) + 1 :].splitlines():
        _, signer, value = line.split(" ")
        octets = base64.b64decode(value, validate=True)
        if (signer, octets[:4]) == (name, named):
            message, signature = text, octets[4:]
            if kind == WITNESS:  # which signs the time as well
                time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {time}\n{text}"
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, message.encode())
            return text
    sys.exit(f"The checkpoint is not signed by {name}.")


def root_of(leaf, place, last, proof):
    """Return the root to which a proof leads from a leaf, where ``last`` is the last leaf."""
    found = hashlib.sha256(b"\x00" + leaf).digest()
    for each in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = hashlib.sha256(b"\x01" + each + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + each).digest()
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
for name in ("proof", "--log-key", "--witness-key"):
    parser.add_argument(name, type=argparse.FileType("r", encoding="utf-8"))
given, say = parser.parse_args(), sys.stdout.write
try:
    proof = json.load(given.proof)
    log, witness = (key and key.read() for key in (given.log_key, given.witness_key))
    text = signed(proof["checkpoint"], proof["log_key"] if log is None else log, LOG)
    cosigner = proof["witness_key"] if witness is None else witness
    if cosigner is not None:
        signed(proof["checkpoint"], cosigner, WITNESS)
    size, root = int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
    hashes, index = [base64.b64decode(each) for each in proof["proof"]], proof["leaf_index"]
    if not 0 <= index < size or root_of(proof["leaf"].encode(), index, size - 1, hashes) != root:
        sys.exit("The proof does not lead to the checkpoint.")
    say(f"Entry {json.loads(proof['leaf'])[1]} is leaf {index} of the {size} signed.\n")
except InvalidSignature:
    sys.exit("A signature on the checkpoint is forged.")
except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
    sys.exit("This is no proof as `nsor audit prove` prints it, or a file given holds no key.")
say(f"{'No' if cosigner is None else 'A'} witness has cosigned.\n")
for whose, key, used in (("log", log, True), ("witness", witness, cosigner is not None)):
    if key is None and used:
        say(f"The {whose}'s key came from the proof: this proves nothing about who signed.\n")
