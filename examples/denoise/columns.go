package main

// columns gathers rows of values over time and keeps a bounded number of means
// of them: when there are too many, neighbours are merged, so that the picture
// of a day takes the memory of the picture of a minute.
type columns struct {
	width int // values in a row
	most  int // columns kept, even
	per   int // rows in a column
	n     int // rows in sum
	sum   []float64
	data  []float32
}

func newColumns(width, most int) *columns {
	return &columns{width: width, most: most &^ 1, per: 1, sum: make([]float64, width)}
}

// add takes a row.
func (c *columns) add(row []float32) {
	for i, v := range row {
		c.sum[i] += float64(v)
	}
	if c.n++; c.n == c.per {
		c.flush()
	}
}

// flush turns the rows so far into a column, as at the end.
func (c *columns) flush() {
	if c.n == 0 {
		return
	}
	for _, v := range c.sum {
		c.data = append(c.data, float32(v/float64(c.n)))
	}
	clear(c.sum)
	c.n = 0
	if c.len() == c.most {
		c.merge()
	}
}

// merge halves the columns.
func (c *columns) merge() {
	half := c.most / 2
	for k := range half {
		a, b := c.at(2*k), c.at(2*k+1)
		for i := range c.width {
			c.data[k*c.width+i] = (a[i] + b[i]) / 2
		}
	}
	c.data = c.data[:half*c.width]
	c.per *= 2
}

func (c *columns) len() int { return len(c.data) / c.width }

func (c *columns) at(i int) []float32 { return c.data[i*c.width : (i+1)*c.width] }

// between writes the mean over rows from..to, which need not be whole, to dst;
// where there is less than a column between them, it interpolates. Rows stand
// at the middle of their stretch: row 0 covers 0 to 1.
func (c *columns) between(dst []float32, from, to float64) {
	clear(dst)
	n := c.len()
	if n == 0 {
		return
	}
	a, b := from/float64(c.per), to/float64(c.per)
	if b-a < 1 {
		at := min(max((a+b)/2-0.5, 0), float64(n-1))
		i := min(int(at), n-1)
		f := float32(at - float64(i))
		x, y := c.at(i), c.at(min(i+1, n-1))
		for k := range dst {
			dst[k] = (1-f)*x[k] + f*y[k]
		}
		return
	}
	var total float32
	for i := max(int(a), 0); i < n && float64(i) < b; i++ {
		w := float32(min(b, float64(i+1)) - max(a, float64(i)))
		for k, v := range c.at(i) {
			dst[k] += w * v
		}
		total += w
	}
	if total > 0 {
		for k := range dst {
			dst[k] /= total
		}
	}
}
