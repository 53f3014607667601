package web_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssToken   = regexp.MustCompile(`--([a-z0-9]+):\s*(#[0-9a-f]{3,6})`)
	cssColour  = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|lab)\(|:\s*(?:red|green|blue|orange|yellow|purple|black|white|gr[ae]y)\b`)
	cssBlock   = regexp.MustCompile(`(?s)(:root[^{]*)\{([^{}]*)\}`)
)

// schemes are the colour tokens of the style sheet: of the light scheme, of
// the two places that hold the dark one, and of paper.
func schemes(t *testing.T) (css string, out map[string]map[string]string) {
	t.Helper()
	b, err := os.ReadFile("static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	css = cssComment.ReplaceAllString(string(b), "")
	out = map[string]map[string]string{}
	for _, m := range cssBlock.FindAllStringSubmatch(css, -1) {
		tokens := map[string]string{}
		for _, x := range cssToken.FindAllStringSubmatch(m[2], -1) {
			tokens[x[1]] = x[2]
		}
		name := strings.TrimSpace(m[1])
		if out[name] != nil { // what paper changes of the light scheme
			name = ":root on paper"
			for k, v := range out[":root"] {
				if tokens[k] == "" {
					tokens[k] = v
				}
			}
		}
		if len(tokens) > 5 {
			out[name] = tokens
		}
	}
	return css, out
}

// Colours stand in the tokens alone.
func TestColoursAreTokens(t *testing.T) {
	css, found := schemes(t)
	if len(found) != 4 {
		t.Fatalf("%d sets of tokens, want light, twice dark, paper", len(found))
	}
	if a, b := fmt.Sprint(found[":root:not([data-theme=light])"]), fmt.Sprint(found[":root[data-theme=dark]"]); a != b {
		t.Errorf("the two dark schemes differ:\n%s\n%s", a, b)
	}
	rest := cssBlock.ReplaceAllString(css, "")
	for _, c := range cssColour.FindAllString(rest, -1) {
		i := strings.Index(rest, c)
		t.Errorf("a colour that is no token: %s in …%s…", c, rest[max(0, i-60):min(len(rest), i+20)])
	}
}

// luminance is that of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift uint) float64 {
		v := float64(n>>shift&255) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// Text has at least 4.5:1 on every ground it stands on, controls 3:1 (WCAG 2.2,
// 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	_, found := schemes(t)
	for name, tokens := range found {
		for _, c := range []struct {
			fore, back string
			least      float64
		}{
			{"ink", "paper", 7},
			{"ink", "wash", 7},
			{"ink", "raise", 7},
			{"ink", "mark", 7},
			{"ink", "mark2", 7},
			{"ink", "diffwash", 7},
			{"ink2", "paper", 4.5},
			{"ink2", "wash", 4.5},
			{"ink2", "raise", 4.5},
			{"ink2", "mark2", 4.5},
			{"ink2", "diffwash", 4.5},
			{"ink3", "paper", 4.5},
			{"ink3", "wash", 4.5},
			{"ink3", "raise", 4.5},
			{"link", "paper", 4.5},
			{"link", "wash", 4.5},
			{"link", "raise", 4.5},
			{"link", "mark2", 4.5},
			{"link", "diffwash", 4.5},
			{"diff", "paper", 4.5},
			{"diff", "wash", 4.5},
			{"diff", "diffwash", 4.5},
			{"ctl", "paper", 3},
			{"ctl", "raise", 3},
			{"link", "paper", 3}, // the focus ring
		} {
			if tokens[c.fore] == "" || tokens[c.back] == "" {
				t.Errorf("%s: no token %s or %s", name, c.fore, c.back)
				continue
			}
			if r := contrast(t, tokens[c.fore], tokens[c.back]); r < c.least {
				t.Errorf("%s: %s on %s has %.2f:1, want %.1f:1", name, c.fore, c.back, r, c.least)
			}
		}
	}
}
