"""How Python reads each code point: one line per mapping that changes it, `function code-point code-points`."""

import platform
import unicodedata

print(f"# Python {platform.python_version()}, Unicode {unicodedata.unidata_version}")
for code in [*range(0xD800), *range(0xE000, 0x110000)]:
    text = chr(code)
    readings = {"lower": text.lower(), "upper": text.upper(), "casefold": text.casefold()}
    for name, read in readings.items():
        if read != text:
            print(f"python.{name}", f"{code:x}", *(f"{ord(each):x}" for each in read))
