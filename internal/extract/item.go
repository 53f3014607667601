package extract

import (
	"errors"
	"fmt"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
	"github.com/readout-news/readout/internal/iptc"
)

// item reads an item of a news agency. Its body is the report and nothing else,
// so no part of it is looked for as in a page; what the item says of itself
// stands in fields.
func (d *draft) item(c readout.Capture) error {
	var (
		item *iptc.Item
		err  error
		t    charset.Text
	)
	if c.MediaType == iptc.NinjsType {
		t = charset.Decode(c.Body, "utf-8") // RFC 8259 knows no other
		item, err = iptc.Ninjs([]byte(t.Text))
	} else {
		declared := c.Charset
		if declared == "" {
			declared = iptc.Declared(c.Body)
		}
		t = charset.Decode(c.Body, declared)
		item, err = iptc.NewsItem(t.Text)
	}
	if err != nil {
		return fmt.Errorf("read the item: %w", err)
	}
	if why := item.Withdrawn(); why != "" {
		return errors.New(why)
	}
	d.meta.Title = first(d.meta.Title, item.Title)
	d.meta.URL = first(d.meta.URL, absolute(item.URI))
	d.meta.Outlet = first(d.meta.Outlet, item.Outlet)
	d.meta.Byline = first(d.meta.Byline, strings.TrimPrefix(strings.TrimPrefix(item.Byline, "By "), "by "))
	d.meta.Language = item.Language
	for _, date := range item.Dates {
		d.addDate(date.Value, "item:"+date.Name)
	}
	switch {
	case item.Text == "" && item.Type != "" && item.Type != "text":
		d.Skip = "an item of kind " + item.Type + " without text"
	case item.Text == "":
		d.Skip = "no text in the item"
	case item.Markup:
		err = d.fragment(item.Text)
		if line := item.Dateline; line != "" && strings.HasPrefix(d.Text, line+"\n") {
			d.addNoise(readout.Span{End: len(line)}, "dateline", "noise/nitf-dateline")
			sortNoise(d.Noise)
		}
	default:
		d.Text = item.Text
	}
	d.decoded(t)
	return err
}
