// Command readout reads news reports and keeps the record of what they say.
package main

import (
	"os"

	"github.com/readout-news/readout/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.System()))
}
