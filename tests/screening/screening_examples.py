"""Made-up addresses and courts of ordinary form, on which the screening is measured.

They were written before the screening was tried on them, some with words of kinship on purpose.
``ORDINARY`` are those on which it is silent; ``DOUBTFUL`` hold such a word: false alarms, which a
second officer lets pass, and in the last two a relation, which is no false alarm.
"""

ORDINARY = """
House 12, Street 5, Mohalla Islampura, Lahore 54000
House No. 45-B, Block C, Model Town, Lahore
H # 221/4, Gali No. 7, Mohalla Qasimabad, Rawalpindi
Flat 302, Al-Noor Apartments, Gulshan-e-Iqbal Block 13-D, Karachi 75300
Plot 1234-5, Sector 11-A, North Karachi
Quarter No. 17, Railway Colony, Multan Cantt
Chak No. 123/9-L, Tehsil Chichawatni, District Sahiwal
Chak 45 JB, Tehsil and District Faisalabad
Village Behnabad, P.O. Sonmiani, District Lasbela
Village Dhok Sona, Tehsil Gujar Khan, Rawalpindi
Mauza Sonehri, Union Council 14, Thatta
Near Mother and Child Hospital Road, Peshawar
Mother & Child Health Centre, Street 2, Mardan
Opposite Dar-ul-Banaat, College Road, Abbottabad
Madrasa Jamia Binat-ul-Islam Road, Swat
House 7, Sistersville, Bahria Phase 8
Mason Street 4, Saddar, Karachi
Jackson Road, Keamari, Karachi
Robinson Lane, Garden East, Karachi
Johnson and Phillips Building, SITE Area
Shop 5, Malik Brothers Market, Hall Road, Lahore
Haji Ghulam Nabi and Sons, Grain Market, Okara
M/s Rehmat Ali & Sons, Kapra Bazaar, Gujranwala
Khan Brothers CNG, GT Road, Jhelum
Ittefaq Sons Flour Mill, Sheikhupura Road
Dera Murad Jamali, Ward No. 3, near Bus Stand
Ward 12, Tando Allahyar
Minor Canal Road, Khanewal
Rajbah Minor Bridge, Chak 88/10-R, Khanewal
Goth Haji Ibrahim, Taluka Moro, Naushahro Feroze
Goth Nanikot, Deh 42, Sanghar
Bibi Pak Daman Street, Lahore
Begum Kot, Shahdara, Lahore
Begum Bazaar, Hyderabad
Mai Kolachi Road, Karachi
Bhati Gate, Androon Lahore
Bhai Pheru, Tehsil Pattoki, Kasur
Mamu Kanjan, Tehsil Tandlianwala, Faisalabad
Dadu Road, Larkana
Nana Khel, South Waziristan
Dadabhai Cement Colony, Nooriabad
Khalid bin Walid Road, PECHS Block 2, Karachi
Muhammad bin Qasim Colony, Thatta
Umar bin Abdul Aziz Street, Haripur
House 101, Street 33, F-8/1, Islamabad 44000
House 5-A, Lane 2, Askari 10, Lahore Cantt
Flat 4, Plot 23-C, Khayaban-e-Bukhari, DHA Phase 6, Karachi
Ph-II, DHA, House 1234567, Karachi
Apartment 1203, Tower 7, Emaar Crescent Bay
Street 21, Sector I-10/2, Islamabad
Mohalla Kashmirian, Near Jamia Masjid, Sialkot
Mohalla Sadat, Chowk Shaheedan, Gujrat
Mohalla Khwajgan, Ward 4, Wazirabad
Tehsil Kamoke, Chak Ramdas, Gujranwala 52460
Postal Code 38000, Peoples Colony No. 1, Faisalabad
PO Box 1234, GPO, Islamabad
Killa Saifullah Bazaar, District Killa Saifullah
Killi Shabo, Samungli Road, Quetta
Killi Ismail, Quetta 87300
Basti Malook, Multan
Basti Maachi, Rahim Yar Khan
Basti Sohna, Tehsil Kot Addu, Muzaffargarh
Jhok Uttra, D.G. Khan
Kotla Arab Ali Khan, Gujrat
Pind Dadan Khan, Jhelum
Pind Begwal, Islamabad
Dhoke Kala Khan, Shamsabad, Rawalpindi
Gulbahar No. 2, Peshawar City
Hayatabad Phase 3, Sector K-5, Peshawar
Banda Phugwarian, Abbottabad
Mingora, Mohalla Landikas, Swat
Timergara, Lower Dir
Kalaya, Orakzai
Miranshah Bazaar Shop 14, North Waziristan
Skardu, Mohalla Sundus
Gilgit, Jutial, House 9
Muzaffarabad, Upper Chattar, House 3/2
Mirpur, Sector F-2, House 88
Rawalakot, Ward 2
Turbat, Absar, Ward 7
Gwadar, Mohalla Mullaband
Hub Chowki, Adalat Road
Uthal, District Lasbela
Sonmiani Bay, Damb Village
Khuzdar, Killi Jhalawan
Sibi, Luni Road
Loralai, Bagh Bazaar
Sukkur, Bunder Road, Flat 11
Rohri, Old Sukkur 65200
Shikarpur, Lakhi Dar
Jacobabad, Dastagir Colony
Kashmore, Deh Geehalpur
Ghotki, Mirpur Mathelo Road
Nawabshah, Society Sanghar Road
Mirpurkhas, Satellite Town 69000
Umerkot, Ward 5
Badin, Cantt Road
Central Jail, Kot Lakhpat, Lahore
Central Jail Rawalpindi (Adiala), Barrack 4
District Jail, Faisalabad
Camp Jail, Ferozepur Road, Lahore
Borstal Institution, Bahawalpur
Near Mother Teresa Home, Karachi
Victim Support Services Office Road, Peshawar
Railway Quarters 12-13, Mughalpura
Plot 45/46/47, Industrial Estate, Multan
Shops 12-14, Anarkali Bazaar, Lahore
Khewat 123, Khatauni 456, Khasra 789/2, Mauza Manga
Khasra 1203/4/5, Mauza Bhekewal, Lahore
House 1234/56, Block 7, FB Area, Karachi
Rescue 1122 Office Street, Kasur
Chak 6/11-L, Chak 7/11-L and Chak 8/11-L, Sahiwal
Kothi 22, Civil Lines, Bahawalpur
Canal View, Phase 2, House 300 1st Floor
Street 0345, Valencia Town, Lahore
مکان نمبر 12، گلی 5، محلہ اسلام پورہ، لاہور
مکان نمبر 45، بلاک سی، ماڈل ٹاؤن، لاہور
مکان نمبر ۲۲۱، گلی نمبر ۷، محلہ قاسم آباد، راولپنڈی
فلیٹ 302، گلشن اقبال بلاک 13، کراچی
چک نمبر 123/9 ایل، تحصیل چیچہ وطنی، ضلع ساہیوال
چک 45 ج ب، ضلع فیصل آباد
گاؤں بہنور، ڈاکخانہ سونمیانی، ضلع لسبیلہ
بہنوٹ کالونی، نارووال
ماموں کانجن، تحصیل تاندلیانوالہ
بھائی پھیرو، تحصیل پتوکی، ضلع قصور
نزد زچہ بچہ سنٹر، پشاور روڈ، مردان
نزد ماں اور بچہ ہسپتال، ملتان روڈ، لاہور
گورنمنٹ کالج برائے دختران، ہری پور
بالمقابل مدرسہ دار البنات، ایبٹ آباد
زلزلہ متاثرہ علاقہ، بالاکوٹ
متاثرین تربیلا کالونی، ہری پور
محلہ سادات، چوک شہیداں، گجرات
محلہ خواجگان، وارڈ نمبر 4، وزیرآباد
بستی ملوک، ملتان
بستی ماہڑہ، مظفر گڑھ
کوٹ ادو، ضلع مظفر گڑھ
کلی شابو، سمنگلی روڈ، کوئٹہ
خالد بن ولید روڈ، کراچی
محمد بن قاسم ٹاؤن، کراچی
بی بی پاک دامن، لاہور
بیگم کوٹ، شاہدرہ، لاہور
گوٹھ حاجی ابراہیم، تعلقہ مورو
سوہاوہ، ضلع جہلم
ساسی کالونی، ٹھٹھہ
نندی پور، گوجرانوالہ
ابن سینا روڈ، جی تیرہ، اسلام آباد
سنٹرل جیل کوٹ لکھپت، لاہور
ڈسٹرکٹ جیل، فیصل آباد
Sessions Court, Lahore
Additional Sessions Judge, Model Town Courts, Lahore
Court of the Sessions Judge, Karachi South
Anti-Rape (Special) Court No. 2, Rawalpindi
Gender Based Violence Court, Lahore
Child Protection Court, Peshawar
Court of Mr. Justice Muhammad Anwar, Lahore High Court
Peshawar High Court, Abbottabad Bench
High Court of Sindh, Circuit Court Hyderabad
Balochistan High Court, Sibi Bench
Supreme Appellate Court, Gilgit-Baltistan
Federal Shariat Court, Islamabad
Family and Juvenile Court, Multan
Model Criminal Trial Court, Sialkot
Judicial Magistrate Section 30, Kasur
ایڈیشنل سیشن جج، ماڈل ٹاؤن کچہری، لاہور
عدالت جناب سیشن جج، کراچی جنوبی
خصوصی عدالت انسداد زیادتی، راولپنڈی
لاہور ہائی کورٹ، ملتان بنچ
وفاقی شرعی عدالت، اسلام آباد
P.S. Saddar, Faisalabad
P.S. Women Police Station, Race Course, Lahore
Police Station Civil Lines, Multan
Thana Kotwali, Bahawalpur
تھانہ صدر، فیصل آباد
تھانہ سول لائن، ملتان
SC No. 45 of 2021
Sessions Case 123/2020, 124/2020 and 125/2020
SC 03/2021 4/2022
Crl. Appeal No. 12345-P of 2019
FIR 123/2023
FIR No. 0345/2021 dated 03-04-2021
FIR 77/19 of 12.03.2019 PS Saddar
PLD 2020 SC 313; 2019 SCMR 1234; 2021 PCrLJ 456
14 years rigorous imprisonment and fine of Rs 1,000,000
Life imprisonment; compensation of Rs. 500,000 to the victim
House 33, Lane 4, Chaklala Scheme III, Rawalpindi
Mohalla Pir Wadhai, near General Bus Stand, Rawalpindi
Goth Sher Muhammad Brohi, Taluka Kotri, Jamshoro
Flat B-12, Nadia Heights, Nazimabad No. 3, Karachi
Street 9, Afghan Mohajir Camp Road, Haripur
Shop 3, Fatherland Books, Urdu Bazaar, Lahore
Brotherhood Chowk, Samanabad, Lahore
Motherwell Estate 4, Korangi Creek
Wifaq Colony, Sargodha Road, Faisalabad
Auntria Village, Tehsil Kharian
محلہ پیر ودھائی، نزد جنرل بس سٹینڈ، راولپنڈی
گوٹھ شیر محمد بروہی، تعلقہ کوٹری، جامشورو
ولداد کالونی، سرگودھا
مادر ملت روڈ، گرین ٹاؤن، لاہور
پسرور روڈ، سیالکوٹ
دخترآباد، نوشہرہ
پوتھوہار ٹاؤن، گوجر خان
والٹن روڈ، لاہور کینٹ
""".strip().splitlines()

DOUBTFUL = """
Village Kot Bhai Khan, Tehsil Bhalwal
Hostel 3, Government Girls Degree College, Sister Town, Quetta Road
Bint Jbeil Avenue 5, Islamabad G-11/3
موضع بہن پورہ خورد، تحصیل پسرور
بیٹیاں والا، تحصیل چنیوٹ
Sisters' Hostel, Fatima Jinnah Medical College, Lahore
Bhai Gate Chowk, Kasur
Chacha Jee Hotel, GT Road, Kharian
Haji Bhai Plaza, Tariq Road, Karachi
Haroon Khala Street, Larkana
Jamia Bint-e-Ayesha Street, Multan
Uncle Saleem Chowk, Okara
Beta School System, Street 9, Wah
محلہ خالہ جی، گلی 3، جہلم
برادر کالونی، ملتان
House of Muhammad Aslam son of Ghulam Rasool, Chak 5
مکان محمد اسلم ولد غلام رسول، چک 5
""".strip().splitlines()
