// An application as there are thousands: axios, and not a word of a mesh.
import axios from 'axios';

for (const user of ['jason', 'anybody']) {
  const { status, data } = await axios('http://reviews/reviews/0', { headers: { 'end-user': user } });
  console.log(`${user}: ${status} ${data}`);
}
