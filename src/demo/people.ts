import type { Stream } from './random.ts'

/** Invented people: mail ends in `@example.com`, phones lie in 555-01xx. */
export function personOf(stream: Stream, id: number): { readonly name: string; readonly email: string } {
  const [first, last] = [stream.pick(firstNames), stream.pick(lastNames)]
  return { name: `${first} ${last}`, email: `${first}.${last}.${id}@example.com`.toLowerCase() }
}

/** `YYYY-MM-DD`, uniformly between two years, both included. */
export function birthDate(stream: Stream, from: number, to: number): string {
  return `${stream.between(from, to)}-${two(stream.between(1, 12))}-${two(stream.between(1, 28))}`
}

export const phoneOf = (stream: Stream): string =>
  `+1 (${stream.between(201, 989)}) 555-01${two(stream.between(0, 99))}`

export const two = (n: number): string => String(n).padStart(2, '0')

const firstNames =
  'Ada Aiko Amir Ana Anton Asha Ben Bianca Carl Carmen Chen Clara Dana David Dmitri Elena Elif Emil Emma Erik Eva Farid Fatima Felix Freya Gina Goran Hana Hugo Ines Ivan Jae Jana Jonas Jorge Juno Kai Kofi Lars Lena Leon Lin Lucia Luis Maja Marco Maria Mei Mika Mila Milan Nadia Nils Noor Nora Olga Omar Otto Paul Pia Priya Rosa Ruth Sam Sara Sven Tara Theo Tomas Uma Vera Victor Wei Yara Yuki Zoe'.split(
    ' ',
  )
const lastNames =
  'Abara Adler Ahmed Alvarez Andersen Baker Banerjee Becker Berg Bianchi Brandt Brown Castro Chan Costa Dahl Diaz Dubois Engel Eriksen Faber Ferrari Fischer Fofana Garcia Gomez Graf Green Haas Hall Hansen Herrera Horvat Ito Ivanova Jensen Johnson Kaya Keller Khan Kim Klein Kovac Kumar Lang Larsen Lee Lopez Lund Marino Martin Meyer Mori Moreau Nagy Nguyen Novak Okafor Olsen Ortiz Park Patel Petrov Popov Ramos Rossi Roth Sato Schmidt Silva Singh Smith Sousa Suzuki Takeda Torres Vogel Wagner Walker Wang Weber White Wolf Wong Yilmaz Young Zhang'.split(
    ' ',
  )
