// How Go reads each code point: one line per mapping that changes it, `function code-point code-points`.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"unicode"
)

// The smallest rune of those that strings.EqualFold takes for one.
func equalFold(code rune) string {
	smallest := code
	for next := unicode.SimpleFold(code); next != code; next = unicode.SimpleFold(next) {
		smallest = min(smallest, next)
	}
	return string(smallest)
}

func main() {
	fmt.Printf("# Go %s, Unicode %s\n", strings.TrimPrefix(runtime.Version(), "go"), unicode.Version)
	turkish := unicode.TurkishCase
	for code := rune(0); code <= unicode.MaxRune; code++ {
		if unicode.Is(unicode.Cs, code) {
			continue
		}
		text := string(code)
		readings := [][2]string{
			{"ToLower", strings.ToLower(text)},
			{"ToUpper", strings.ToUpper(text)},
			{"EqualFold", equalFold(code)},
			{"ToLowerTurkish", strings.ToLowerSpecial(turkish, text)},
			{"ToUpperTurkish", strings.ToUpperSpecial(turkish, text)},
		}
		for _, reading := range readings {
			if reading[1] == text {
				continue
			}
			fmt.Printf("go.%s %x", reading[0], code)
			for _, each := range reading[1] {
				fmt.Printf(" %x", each)
			}
			fmt.Println()
		}
	}
}
