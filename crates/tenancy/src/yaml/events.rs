//! From parser events to the tree, refusing what the subset leaves out.

use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span as RawSpan, StrInput};

use super::hints;
use super::node::{Entry, Map, Node, Value};
use super::source::{MAX_DEPTH, clamp};
use crate::problem::{Message, Problems, Span};

/// Parses a decoded text. The result is missing only when nothing usable is left; problems of the syntax say where.
pub fn parse(text: &str, file: &Arc<str>, problems: &mut Problems) -> Option<Node> {
    parse_with(text, file, Lists::Refused, problems)
}

/// What becomes of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// A problem each: where layers merge there are only maps.
    Refused,
    /// A list of ids is read as a set: for files that no layer overrides.
    AsSets,
}

/// Parses a decoded text, with or without lists.
pub fn parse_with(text: &str, file: &Arc<str>, lists: Lists, problems: &mut Problems) -> Option<Node> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut reader = Reader { parser: Parser::new_from_str(text), lines, file, lists, problems, key: None };
    match reader.document() {
        Ok(node) => node,
        Err(Stop::Syntax(error)) => {
            let span = reader.span(*error.marker());
            reader.problems.push(hints::explain(&error), &span, "");
            None
        }
        Err(Stop::TooDeep(span)) => {
            reader.problems.push(Message::TooDeep { max: MAX_DEPTH.into() }, &span, "");
            None
        }
    }
}

enum Stop {
    Syntax(ScanError),
    TooDeep(Span),
}

impl From<ScanError> for Stop {
    fn from(error: ScanError) -> Self {
        Self::Syntax(error)
    }
}

struct Reader<'t, 'p> {
    parser: Parser<'t, StrInput<'t>>,
    lines: Vec<&'t str>,
    file: &'p Arc<str>,
    lists: Lists,
    problems: &'p mut Problems,
    key: Option<Span>,
}

impl<'t> Reader<'t, '_> {
    fn next(&mut self) -> Result<(Event<'t>, RawSpan), Stop> {
        match self.parser.next_event() {
            Some(event) => Ok(event?),
            None => Ok((Event::StreamEnd, RawSpan::default())),
        }
    }

    fn span(&self, marker: Marker) -> Span {
        Span::new(self.file, clamp(marker.line().max(1)), clamp(marker.col() + 1))
    }

    fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        let mut documents = 0;
        loop {
            let (event, raw) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents == 2 {
                        let span = self.span(raw.start);
                        self.problems.push(Message::ManyDocuments {}, &span, "");
                    }
                }
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                event => {
                    let node = self.node(event, raw, "", 0)?;
                    root.get_or_insert(node);
                }
            }
        }
        if root.is_none() {
            self.problems.push(Message::EmptyFile {}, &Span::of_file(Arc::clone(self.file)), "");
        }
        Ok(root)
    }

    fn node(&mut self, event: Event<'t>, raw: RawSpan, path: &str, depth: usize) -> Result<Node, Stop> {
        let span = self.span(raw.start);
        if depth > MAX_DEPTH {
            return Err(Stop::TooDeep(span));
        }
        self.refuse_properties(&event, &span, path);
        match event {
            Event::Scalar(text, style, ..) => Ok(self.scalar(&text, style, raw, path)),
            Event::MappingStart(..) => self.map(span, path, depth),
            Event::SequenceStart(..) if self.lists == Lists::AsSets => self.set(span, path, depth),
            Event::SequenceStart(..) => {
                self.problems.push(Message::ListNotAllowed {}, &span, path);
                self.skip_collection()?;
                Ok(Node::new(Value::Broken, span))
            }
            _ => Ok(Node::new(Value::Broken, span)),
        }
    }

    /// Anchors, aliases and tags are reported; the value itself is read as if they were not there.
    fn refuse_properties(&mut self, event: &Event<'t>, span: &Span, path: &str) {
        let (anchor, tag) = match event {
            Event::Alias(_) => (1, None),
            Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                (*anchor, tag.as_ref())
            }
            _ => (0, None),
        };
        if anchor != 0 {
            self.problems.push(Message::AnchorNotAllowed {}, span, path);
        }
        if let Some(tag) = tag {
            self.problems.push(Message::TagNotAllowed { tag: tag.as_ref().into() }, span, path);
        }
    }

    fn map(&mut self, span: Span, path: &str, depth: usize) -> Result<Node, Stop> {
        let mut map = Map::new();
        loop {
            let (event, raw) = self.next()?;
            let key_span = self.span(raw.start);
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(ref text, ..) if !text.is_empty() => {
                    let text = text.to_string();
                    self.refuse_properties(&event, &key_span, path);
                    text
                }
                other => {
                    self.problems.push(Message::ComplexKey {}, &key_span, path);
                    self.node(other, raw, path, depth + 1)?;
                    let (value, raw) = self.next()?;
                    self.node(value, raw, path, depth + 1)?;
                    continue;
                }
            };
            let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            self.key = Some(key_span.clone());
            let (event, raw) = self.next()?;
            let node = self.node(event, raw, &below, depth + 1)?;
            if let Some(first) = map.get(&key) {
                let first: &Entry = first;
                self.problems.push(Message::DuplicateKey { key: key.into(), line: first.key.line.into() }, &key_span, below);
            } else {
                map.insert(key, Entry { key: key_span, node });
            }
        }
        Ok(Node::new(Value::Map(map), span))
    }

    /// A list of words as a set: `[a, b]` is `{a: true, b: true}`.
    fn set(&mut self, span: Span, path: &str, depth: usize) -> Result<Node, Stop> {
        let mut map = Map::new();
        loop {
            let (event, raw) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Node::new(Value::Map(map), span));
            }
            let node = self.node(event, raw, path, depth + 1)?;
            let key = node.span.clone();
            match node.as_text() {
                Some(word) => {
                    map.insert(word.to_owned(), Entry { node: Node::scalar("true", key.clone()), key });
                }
                None => self.problems.push(Message::ListNotAllowed {}, &key, path),
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, raw: RawSpan, path: &str) -> Node {
        let span = self.span(raw.start);
        let quoted = style != ScalarStyle::Plain;
        if !quoted {
            if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
                let key = path.rsplit('.').next().unwrap_or(path);
                let place = self.key.take().unwrap_or_else(|| span.clone());
                self.problems.push(Message::NullValue { key: key.into() }, &place, path);
                return Node::new(Value::Broken, span);
            }
            self.hint(text, raw, &span, path);
        }
        Node::new(Value::Scalar { text: text.to_owned(), quoted }, span)
    }

    fn hint(&mut self, text: &str, raw: RawSpan, span: &Span, path: &str) {
        if hints::wrapped_in_smart_quotes(text) {
            self.problems.push(Message::SmartQuotes { value: text.into() }, span, path);
        }
        let line = self.lines.get(raw.end.line().saturating_sub(1)).copied().unwrap_or_default();
        let rest = line.char_indices().nth(raw.end.col()).map_or("", |(at, _)| &line[at..]);
        if let Some(lost) = hints::cut_by_hash(rest) {
            self.problems.push(Message::HashCutsText { kept: text.into(), lost: lost.into() }, span, path);
        }
    }

    fn skip_collection(&mut self) -> Result<(), Stop> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => open += 1,
                Event::SequenceEnd | Event::MappingEnd => open -= 1,
                Event::StreamEnd => break,
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Language, to_text};

    fn read(text: &str) -> (Option<Node>, String) {
        let mut problems = Problems::new();
        let file: Arc<str> = "f.yaml".into();
        let node = super::super::decode(text.as_bytes(), &file, &mut problems).and_then(|text| parse(&text, &file, &mut problems));
        (node, to_text(&problems.sorted(), Language::It).lines().filter(|l| !l.starts_with(' ')).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn values_are_what_they_look_like() {
        let (node, problems) = read("zip: 01234\nopens: 08:30\nanswer: NO\nmoney: 16.00\nquoted: \"1\" # remark\n");
        let node = node.unwrap();
        assert_eq!(problems, "");
        assert_eq!(node.text("zip"), Some("01234"));
        assert_eq!(node.text("opens"), Some("08:30"));
        assert_eq!(node.text("answer"), Some("NO"));
        assert_eq!(node.text("money"), Some("16.00"));
        assert_eq!(node.get("quoted").unwrap().value, Value::Scalar { text: "1".into(), quoted: true });
        assert_eq!((node.get("opens").unwrap().span.line, node.get("opens").unwrap().span.column), (2, 8));
    }

    #[test]
    fn blocks_and_flows_keep_their_places() {
        let (node, problems) = read("a:\n  b: {c: 1, \"08:30\": \"13:00\"}\n  t: |\n    uno\n    due\n");
        assert_eq!(problems, "");
        let node = node.unwrap();
        assert_eq!(node.at(["a", "t"]).unwrap().as_text(), Some("uno\ndue\n"));
        let inner = &node.at(["a", "b"]).unwrap().as_map().unwrap()["08:30"];
        assert_eq!((inner.key.line, inner.key.column, inner.node.span.column), (2, 13, 22));
        assert_eq!(node.get("a").unwrap().as_map().unwrap()["b"].key.line, 2);
    }

    #[test]
    fn mistakes_are_named_and_placed() {
        let cases = [
            ("a: 1\n\tb: 2\n", "f.yaml:2:1: errore: c'è una tabulazione"),
            ("a: 1\na: 2\n", "f.yaml:2:1: errore: 'a' è già stata scritta alla riga 1"),
            ("a:\n  - x\n  - y\nb: 1\n", "f.yaml:2:3: errore: qui c'è un elenco, ma gli elenchi non sono ammessi"),
            ("a: [x, y]\n", "f.yaml:1:4: errore: qui c'è un elenco, ma gli elenchi non sono ammessi"),
            (
                "a: &x 1\nb: *x\n",
                "f.yaml:1:4: errore: ancore e riferimenti YAML ('&' e '*') non sono ammessi\nf.yaml:2:4: errore: ancore e riferimenti YAML ('&' e '*') non sono ammessi",
            ),
            ("a: !!str 1\n", "f.yaml:1:4: errore: il tipo YAML 'tag:yaml.org,2002:!str' non è ammesso"),
            ("a: 1\n---\nb: 2\n", "f.yaml:2:1: errore: il file contiene più documenti YAML ('---')"),
            ("a:\nb: 2\n", "f.yaml:1:1: errore: 'a' non ha un valore"),
            ("", "f.yaml:1:1: errore: il file è vuoto"),
            ("# solo un commento\n", "f.yaml:1:1: errore: il file è vuoto"),
            ("t: a: b: c\n", "f.yaml:1:5: errore: i due punti non possono stare qui"),
            ("t: \"aperto\nb: 1\n", "f.yaml:1:4: errore: le virgolette aperte qui non si chiudono"),
            ("t: 'Carta d'identita'\n", "f.yaml:1:13: errore: dopo le virgolette chiuse c'è altro testo"),
            ("a:\n    b: 1\n  c: 2\n", "f.yaml:3:3: errore: il rientro della riga non corrisponde a nessun livello"),
            ("t: {a: 1, b: 2\nc: 1\n", "f.yaml:2:2: errore: la parentesi graffa non è chiusa, o manca una virgola"),
            ("t: Sportello #1 centro\n", "f.yaml:1:4: avviso: il testo si ferma a 'Sportello': '#1 centro' è preso per un commento"),
            ("t: “Permesso”\n", "f.yaml:1:4: avviso: le virgolette tipografiche fanno parte del testo: “Permesso”"),
            ("a b\n", ""),
        ];
        let wrong: Vec<_> =
            cases.iter().map(|(text, expected)| (text, read(text).1, expected)).filter(|(_, found, expected)| found != *expected).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = (0..40).fold(String::new(), |mut out, level| {
            out.push_str(&" ".repeat(level));
            out.push_str("a:\n");
            out
        });
        assert!(read(&deep).1.contains("più di 32 livelli"), "{}", read(&deep).1);
        let flow = format!("a: {}{}", "{a: ".repeat(2_000), "}".repeat(2_000));
        assert!(read(&flow).1.contains("più di 32 livelli"));
    }
}
