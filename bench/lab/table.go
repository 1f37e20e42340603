package lab

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Table is a Markdown table whose columns line up in plain text too; all but the
// first are aligned to the right.
type Table struct {
	head []string
	rows [][]string
}

// NewTable returns a table with the given headings.
func NewTable(head ...string) *Table { return &Table{head: head} }

// Add appends a row; missing cells are empty.
func (t *Table) Add(cells ...string) {
	t.rows = append(t.rows, append(cells, make([]string, max(0, len(t.head)-len(cells)))...))
}

// String returns the table.
func (t *Table) String() string {
	width := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i := range width {
			width[i] = max(width[i], utf8.RuneCountInString(row[i]), 3)
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, w := range width {
			pad := strings.Repeat(" ", w-utf8.RuneCountInString(row[i]))
			if i == 0 {
				fmt.Fprintf(&b, "| %s%s ", row[i], pad)
			} else {
				fmt.Fprintf(&b, "| %s%s ", pad, row[i])
			}
		}
		b.WriteString("|\n")
	}
	line(t.head)
	for i, w := range width {
		if i == 0 {
			b.WriteString("|" + strings.Repeat("-", w+2))
		} else {
			b.WriteString("|" + strings.Repeat("-", w+1) + ":")
		}
	}
	b.WriteString("|\n")
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}
