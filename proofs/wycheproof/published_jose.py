"""Prints the examples of RFC 7515 (appendix A) and RFC 7520 (sections 4 and 5) that jwcrypto ships with its tests."""

import base64
import importlib
import json

signatures = importlib.import_module("jwcrypto.tests")
cookbook = importlib.import_module("jwcrypto.tests-cookbook")


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def public(key):
    return {name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}


def rfc7515():
    for section in ("A1", "A2", "A3", "A4", "A5"):
        example = getattr(signatures, f"{section}_example")
        parts = [example["protected"].encode(), example["payload"], example["signature"]]
        key = example["key"] if isinstance(example["key"], dict) else signatures.A2_key
        yield f"RFC 7515 {section}", ".".join(map(base64url, parts)), [key]
    yield "RFC 7515 A6", signatures.A6_serialized, [signatures.A2_key, signatures.A3_key]
    yield "RFC 7515 A7", signatures.A7_example, [signatures.A3_key]


def rfc7520():
    keys = [
        cookbook.EC_Private_Key_3_2,
        cookbook.RSA_Private_Key_3_4,
        cookbook.Symmetric_Key_MAC_3_5,
        cookbook.Symmetric_Key_Enc_3_6,
    ]
    for name, value in vars(cookbook).items():
        kind = name.split("_")[1:2]
        if name.startswith(("JWS_", "JWE_")) and kind[0] in ("compact", "general", "flattened"):
            yield f"RFC 7520 {name}", value if isinstance(value, str) else json.dumps(value), keys


print(
    json.dumps(
        [
            {"id": name, "text": text, "published": list(map(public, keys)), "private": keys, "valid": True}
            for examples in (rfc7515(), rfc7520())
            for name, text, keys in examples
        ]
    )
)
