/** The stops of the sample mesh, printed when it is loaded: each line can be pasted. */
export const tourText = (url: string): string => `The tour
  1 Look at the mesh, in a browser at ${url}/ or here:
      meshwright show mesh
  2 Be mia of marketing, ask where the best customers lose most time, and open the receipt:
      export MESHWRIGHT_TOKEN=$(meshwright token create --for mia)
      meshwright query "${question}" --purpose marketing
  3 Be leo, who plans the network: the same question is refused, with the line that asks for access. Ask:
      export MESHWRIGHT_TOKEN=$(unset MESHWRIGHT_TOKEN; meshwright token create --for leo)
      meshwright query "${question}" --purpose planning
      meshwright access request sales.bookings --purpose planning --reason 'Where do customers change?'
  4 Be raj, who owns sales: the list ends with the line that approves what leo asked for:
      export MESHWRIGHT_TOKEN=$(unset MESHWRIGHT_TOKEN; meshwright token create --for raj)
      meshwright access list --state requested
  5 See what hides an e-mail address, from whom and by whose rule:
      meshwright policy why sales.passengers.email --as mia --purpose marketing
  6 See where a number comes from, and who uses it:
      meshwright lineage flights.punctuality
      meshwright show flights.departures
  7 Be yourself again, and ask the ledger who could see a name:
      unset MESHWRIGHT_TOKEN
      meshwright audit who people.crew.full_name --on today`

const question =
  'select d.origin, count(*) as trips, count(distinct p.email) as people from sales.bookings b join sales.passengers p using (passenger_id) join flights.departures d using (flight_id) group by 1 order by 2 desc limit 5'
