// Scans: coefficients of one component or of several in turns, whole or, in progressive files, part by part.
package jpegdec

// scan is one scan in hand.
type scan struct {
	*decoder
	bits
	parts     []part
	from, to  int // of the zigzag
	high, low int // bits of the values: those known before, those still to come
	skip      int // blocks without further values
}

// part is a component's share in a scan.
type part struct {
	*component
	dc, ac *code
	last   int32 // DC of the block before
}

// scan reads a scan's header and data.
func (d *decoder) scan(body []byte) error {
	if d.components == nil || len(body) < 1 || len(body) != 4+2*int(body[0]) {
		return errBad
	}
	n := int(body[0])
	tail := body[1+2*n:]
	s := scan{decoder: d, from: int(tail[0]), to: int(tail[1]), high: int(tail[2] >> 4), low: int(tail[2] & 15)}
	if !d.progressive {
		s.from, s.to, s.high, s.low = 0, blockSize-1, 0, 0
	}
	if n < 1 || n > len(d.components) || s.from > s.to || s.to >= blockSize || s.low > 13 || s.high > 14 || s.from > 0 && n > 1 || d.progressive && s.from == 0 && s.to > 0 {
		return errBad
	}
	blocks := 0
	for i := range n {
		id, tables := body[1+2*i], body[2+2*i]
		p := part{}
		for j := range d.components {
			if d.components[j].id == id {
				p.component = &d.components[j]
			}
		}
		if p.component == nil || tables>>4 > 3 || tables&15 > 3 {
			return errBad
		}
		p.dc, p.ac = d.codes[0][tables>>4], d.codes[1][tables&15]
		if s.from == 0 && s.high == 0 && p.dc == nil || s.to > 0 && p.ac == nil {
			return errBad
		}
		if p.step == nil { // the steps are those at a component's first scan
			p.step = d.quant[p.quant]
			if p.step == nil {
				return errBad
			}
		}
		blocks += p.h * p.v
		s.parts = append(s.parts, p)
	}
	if n > 1 && blocks > maxBlocks {
		return errBad
	}
	return s.read()
}

// read goes through the units of the scan.
func (s *scan) read() error {
	s.stretch()
	unitsX, unitsY := over(s.width, blockSide*s.h), over(s.height, blockSide*s.v)
	alone := len(s.parts) == 1
	if alone {
		c := s.parts[0].component
		unitsX, unitsY = over(c.wide, blockSide), over(c.high, blockSide)
	}
	for unit := range unitsX * unitsY {
		if s.interval > 0 && unit > 0 && unit%s.interval == 0 {
			if err := s.restart(); err != nil {
				return err
			}
		}
		x, y := unit%unitsX, unit/unitsX
		for i := range s.parts {
			p := &s.parts[i]
			if alone {
				if !s.block(p, x, y) {
					return errBad
				}
				continue
			}
			for b := range p.h * p.v {
				if !s.block(p, x*p.h+b%p.h, y*p.v+b/p.h) {
					return errBad
				}
			}
		}
		if s.overrun() {
			if len(s.rest) == 0 {
				return errShort
			}
			return errBad
		}
	}
	return nil
}

// stretch takes the data up to the next marker.
func (s *scan) stretch() {
	i := 0
	for ; i+1 < len(s.rest); i++ {
		if s.rest[i] == 0xff {
			if s.rest[i+1] != 0 {
				break
			}
			i++
		}
	}
	if i+1 >= len(s.rest) {
		i = len(s.rest)
	}
	s.bits = bits{data: s.rest[:i]}
	s.rest = s.rest[i:]
}

// restart begins anew behind a restart marker.
func (s *scan) restart() error {
	mark, err := s.marker()
	if err != nil {
		return err
	}
	if mark < markRestart || mark >= markStart {
		return errBad
	}
	s.skip = 0
	for i := range s.parts {
		s.parts[i].last = 0
	}
	s.stretch()
	return nil
}

// block reads one block's share.
func (s *scan) block(p *part, x, y int) bool {
	b := (*[blockSize]int16)(p.coefficient[(y*p.across+x)*blockSize:])
	switch {
	case !s.decoder.progressive:
		return s.first(p, b) && s.values(p, b, 1)
	case s.from == 0 && s.high == 0:
		return s.first(p, b)
	case s.from == 0:
		b[0] |= int16(s.take(1) << s.low)
		return true
	case s.high == 0:
		return s.values(p, b, s.from)
	default:
		return s.refine(p, b)
	}
}

// first reads a DC value.
func (s *scan) first(p *part, b *[blockSize]int16) bool {
	n := s.symbol(p.dc)
	if n < 0 || n > 15 {
		return false
	}
	p.last += s.number(n)
	b[0] = int16(p.last << s.low)
	return true
}

// values reads AC values from place k on.
func (s *scan) values(p *part, b *[blockSize]int16, k int) bool {
	if s.skip > 0 {
		s.skip--
		return true
	}
	for k <= s.to {
		symbol := s.symbol(p.ac)
		if symbol < 0 {
			return false
		}
		run, n := symbol>>4, symbol&15
		if n == 0 {
			if run == 15 {
				k += 16
				continue
			}
			if s.decoder.progressive {
				s.skip = 1<<run - 1 + int(s.take(run))
			}
			return true
		}
		if k += run; k > s.to {
			return false
		}
		b[zigzag[k]] = int16(s.number(n) << s.low)
		k++
	}
	return true
}

// refine reads one more bit of the AC values.
func (s *scan) refine(p *part, b *[blockSize]int16) bool {
	k := s.from
	for s.skip == 0 && k <= s.to {
		symbol := s.symbol(p.ac)
		if symbol < 0 {
			return false
		}
		run, n := symbol>>4, symbol&15
		var value int16
		switch {
		case n == 1:
			value = int16(-1) << s.low
			if s.take(1) == 1 {
				value = -value
			}
		case n != 0:
			return false
		case run < 15:
			s.skip = 1<<run + int(s.take(run))
			continue
		}
		for ; k <= s.to; k++ {
			at := zigzag[k]
			if b[at] != 0 {
				s.correct(&b[at])
				continue
			}
			if run == 0 {
				b[at] = value
				k++
				break
			}
			run--
		}
	}
	if s.skip > 0 {
		for ; k <= s.to; k++ {
			if v := &b[zigzag[k]]; *v != 0 {
				s.correct(v)
			}
		}
		s.skip--
	}
	return true
}

// correct adds the next bit of a value that is known in part.
func (s *scan) correct(v *int16) {
	bit := int16(1) << s.low
	if s.take(1) == 1 && *v&bit == 0 {
		if *v < 0 {
			bit = -bit
		}
		*v += bit
	}
}
