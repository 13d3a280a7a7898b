/** The eight stops of the sample mesh, printed when it is loaded. */
export const tourText = (url: string): string =>
  [
    'The tour:',
    `  1 Look at the mesh: ${url}/`,
    '  2 As mia, ask where the best customers lose most time, and read the receipt.',
    '  3 As leo, be refused, and paste the line that asks for access.',
    '  4 As raj, answer: meshwright access list --state requested',
    "  5 As mia, make marketing's second product from a query and publish it: it is blocked until a class is put back.",
    '  6 As greta, read the rules: meshwright policy list',
    '  7 As omar, see who uses departures: meshwright show flights.departures',
    '  8 meshwright audit who people.crew.full_name --on today',
    `People and their tokens: ${url}/api/v1/demo`,
  ].join('\n')
