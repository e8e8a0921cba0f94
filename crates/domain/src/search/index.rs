//! The services of one body, ready to be searched.

use std::sync::Arc;

use super::{
    entry::Entry,
    rank::{Closeness, Place, points},
    terms::Term,
    words::{folded, words},
};
use crate::{service::Service, text::Language};

/// The index of one snapshot. It is made whole and never changed.
#[derive(Debug)]
pub struct Index {
    entries: Box<[Arc<Entry>]>,
    /// The place of each service in the order of titles, Italian and English.
    by_title: [Box<[u32]>; 2],
}

impl Index {
    /// Indexes services; `entry` makes the entry of a service, or finds the one that it shares.
    pub fn new(services: &[&Service], entry: impl FnMut(&&Service) -> Arc<Entry>) -> Self {
        Self { entries: services.iter().map(entry).collect(), by_title: Language::ALL.map(|language| by_title(services, language)) }
    }

    /// The services that a query finds, the best first: their places in the list that was indexed. Equal ones stand in the order of
    /// their titles, the shorter first, so the answer is always the same.
    ///
    /// Found is what has all words. Where nothing has, what has most of them is, if that is more than half: who asks a whole
    /// question gets an answer.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use sportello_domain::{search::{Entry, Index}, text::Language};
    /// let index = Index::new(&[], |service| Arc::new(Entry::new(service)));
    /// assert!(index.find("bolino rosa", Language::It).is_empty());
    /// ```
    pub fn find(&self, query: &str, language: Language) -> Vec<usize> {
        let terms = Term::all(query);
        let worth: Vec<Vec<u32>> = terms.iter().map(|term| self.worth(term, language)).collect();
        let found = |service: usize| worth.iter().filter(|of| of[service] > 0).count();
        let most = (0..self.entries.len()).map(found).max().unwrap_or(0);
        if most * 2 <= terms.len() {
            return Vec::new();
        }
        let mut best: Vec<usize> = (0..self.entries.len()).filter(|service| found(*service) == most).collect();
        let titles = &self.by_title[language.pick(0, 1)];
        best.sort_by_key(|service| (u32::MAX - worth.iter().map(|of| of[*service]).sum::<u32>(), titles[*service]));
        best
    }

    /// What one word is worth at each service. A slip is looked for in titles, where the word is not there itself, and everywhere
    /// where it is nowhere: a word that is known was not mistyped.
    fn worth(&self, term: &Term, language: Language) -> Vec<u32> {
        let mut worth: Vec<u32> = self.entries.iter().map(|entry| sure(entry, term, language)).collect();
        let deepest = if worth.iter().all(|points| *points == 0) { Place::Text } else { Place::Title };
        for (points, entry) in worth.iter_mut().zip(&self.entries) {
            if *points == 0 {
                *points = near(entry, term, language, deepest);
            }
        }
        worth
    }

    /// Its size in memory with the entries that it may share, in bytes.
    pub fn bytes_with_entries(&self) -> usize {
        self.bytes() + self.entries.iter().map(|entry| entry.bytes()).sum::<usize>()
    }

    /// Its size in memory without the entries, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.entries.len() * (size_of::<Arc<Entry>>() + 2 * size_of::<u32>())
    }
}

/// The place of each service in the order of titles: fewer words first, because the same words say more of a short title.
fn by_title(services: &[&Service], language: Language) -> Box<[u32]> {
    let key = |service: &Service| {
        let title = folded(service.title.get(language));
        (words(&title).count(), title)
    };
    let mut titles: Vec<_> = services.iter().enumerate().map(|(number, service)| (key(service), &*service.id, number)).collect();
    titles.sort();
    let mut places = vec![0; titles.len()];
    for (place, (_, _, number)) in (0..).zip(titles) {
        places[number] = place;
    }
    places.into()
}

fn best(language: Language, of: impl Fn(Language, bool) -> Option<u32>) -> u32 {
    Language::ALL.into_iter().filter_map(|other| of(other, other == language)).max().unwrap_or(0)
}

fn sure(entry: &Entry, term: &Term, language: Language) -> u32 {
    best(language, |spoken, own| {
        let (place, closeness) = entry.words(spoken).sure(term, spoken)?;
        Some(points(place, closeness, own))
    })
}

fn near(entry: &Entry, term: &Term, language: Language, deepest: Place) -> u32 {
    best(language, |spoken, own| Some(points(entry.words(spoken).near(term, spoken, deepest)?, Closeness::Near, own)))
}

#[cfg(test)]
mod tests;
