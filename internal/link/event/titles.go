package event

import (
	"fmt"
	"strings"
	"sync"

	"github.com/readout-news/readout/lexicons"
)

// titleFile holds the templates of titles.
const titleFile = "en/events/titles.tsv"

// titles maps "TYPE mode" to a template.
type titles map[string]string

var loadTitles = sync.OnceValues(func() (titles, error) {
	t := titles{}
	err := lexicons.Rows(lexicons.FS, titleFile, 3, func(c []string) error {
		if strings.Count(c[2], "[") != strings.Count(c[2], "]") {
			return fmt.Errorf("template %q: want closed brackets", c[2])
		}
		t[c[0]+" "+c[1]] = c[2]
		return nil
	})
	return t, err
})

// title fills the template of an event; parts in brackets whose field is
// empty are left out. fields holds "{agent}" and so on.
func (t titles) title(typ, mode string, fields map[string]string) string {
	template, ok := t[typ+" "+mode]
	if mode == "" || !ok {
		template, ok = t[typ+" -"]
	}
	if !ok {
		return typ
	}
	var out strings.Builder
	for template != "" {
		open := strings.IndexByte(template, '[')
		if open < 0 {
			out.WriteString(template)
			break
		}
		out.WriteString(template[:open])
		end := open + strings.IndexByte(template[open:], ']')
		segment := template[open+1 : end]
		template = template[end+1:]
		filled := false
		for name, value := range fields {
			if strings.Contains(segment, name) && value != "" {
				segment = strings.ReplaceAll(segment, name, value)
				filled = true
			}
		}
		if filled {
			out.WriteString(segment)
		}
	}
	return out.String()
}

// enumerate joins names: "A", "A and B", "A, B and C".
func enumerate(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
