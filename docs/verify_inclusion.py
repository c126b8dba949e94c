"""Check an inclusion proof of the audit trail: nothing of the register's program is needed.

    nsor audit prove 17 > proof.json
    python verify_inclusion.py proof.json --log-key log.vkey --witness-key witness.vkey

Needs the library `cryptography`. Without the two options the keys in the proof itself are taken,
which shows that it is consistent and not who signed it. RFC 9162 2.1.3.2, C2SP signed-note.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def signed(note, vkey):
    """Tell whether a note is signed by a verifier key; return the text that was signed."""
    name, key_id, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key)
    kind, public = key[0], Ed25519PublicKey.from_public_bytes(key[1:])
    named = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        _, signer, value = line.split(" ")
        octets = base64.b64decode(value)
        if (signer, octets[:4]) != (name, named) or named.hex() != key_id:
            continue
        message, signature = text, octets[4:]
        if kind == 4:  # a witness signs the time as well
            time = struct.unpack(">Q", signature[:8])[0]
            message, signature = f"cosignature/v1\ntime {time}\n{text}", signature[8:]
        public.verify(signature, message.encode())
        return text
    sys.exit(f"The checkpoint is not signed by {name}.")


def root_of(leaf, index, size, proof):
    """Return the root to which a proof leads from a leaf."""
    place, last = index, size - 1
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


options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
options.add_argument("proof", type=argparse.FileType("r", encoding="utf-8"))
options.add_argument("--log-key", type=argparse.FileType("r", encoding="utf-8"))
options.add_argument("--witness-key", type=argparse.FileType("r", encoding="utf-8"))
given = options.parse_args()
proof = json.load(given.proof)
try:
    text = signed(proof["checkpoint"], given.log_key.read() if given.log_key else proof["log_key"])
    witness = given.witness_key.read() if given.witness_key else proof["witness_key"]
    if witness:
        signed(proof["checkpoint"], witness)
except InvalidSignature:
    sys.exit("A signature on the checkpoint is forged.")
_, size, root = text.splitlines()[:3]
hashes = [base64.b64decode(each) for each in proof["proof"]]
index = proof["leaf_index"]
leaf = proof["leaf"].encode()
if not 0 <= index < int(size) or root_of(leaf, index, int(size), hashes) != base64.b64decode(root):
    sys.exit("The proof does not lead to the checkpoint.")
sys.stdout.write(f"Entry {json.loads(leaf)[1]} is leaf {index} of the {size} signed.\n")
sys.stdout.write("A witness has cosigned.\n" if witness else "No witness has cosigned.\n")
