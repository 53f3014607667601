package extract

import "strings"

// maxHeader is how many lines a head of fields has at most.
const maxHeader = 15

// markHeader marks a head of fields before the text, as exports of archives
// write it ("Headline: …", "Date: …", "Source: …"), and takes title, outlet,
// author, address and date from it. One such line alone can be a teaser or the
// start of a report and is left to the other rules.
func (x *Extractor) markHeader(d *draft, lines []line) {
	fields := []string{}
	for i := range lines {
		name, _, ok := strings.Cut(lines[i].text, ":")
		field := x.phrases.headers[normalLine(name)]
		if !ok || field == "" || i == maxHeader || len(lines[i].words) > maxTitle {
			break
		}
		fields = append(fields, field)
	}
	if len(fields) < 2 {
		return
	}
	for i, field := range fields {
		ln := &lines[i]
		ln.reason, ln.rule, ln.body = "header", "noise/header", false
		_, value, _ := strings.Cut(ln.text, ":")
		value = strings.TrimSpace(value)
		switch field {
		case "title":
			d.Title = first(d.Title, value)
		case "outlet":
			d.Outlet = first(d.Outlet, value)
		case "author":
			d.meta.Byline = first(d.meta.Byline, value)
		case "url":
			if d.URL == "" && absolute(value) != "" {
				d.URL, d.Domain = value, domainOf(value)
				d.addURLDate()
			}
		case "date":
			d.addDate(value, "text:published")
		}
	}
}
